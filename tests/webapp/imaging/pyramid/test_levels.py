"""Smaller levels are rounded means in integers."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from webapp.imaging.pyramid.geometry import PyramidDescriptor
from webapp.imaging.pyramid.levels import halved, pyramid_levels


@given(arrays(np.uint16, st.tuples(st.integers(1, 9), st.integers(1, 9))))
def test_halved_is_the_rounded_mean_with_replicated_edges(pixels):
    result = halved(pixels)
    rows, columns = pixels.shape
    for row in range(result.shape[0]):
        for column in range(result.shape[1]):
            block = [
                int(pixels[min(2 * row + i, rows - 1), min(2 * column + j, columns - 1)])
                for i in (0, 1)
                for j in (0, 1)
            ]
            assert result[row, column] == (sum(block) + 2) >> 2


def test_pyramid_levels_have_the_sizes_of_the_layout():
    layout = PyramidDescriptor(width=1301, height=777, bits=12)
    levels = dict(pyramid_levels(np.zeros((777, 1301), np.uint16), layout))
    assert {level: picture.shape[::-1] for level, picture in levels.items()} == {
        level: layout.level_size(level) for level in (9, 10, 11)
    }
