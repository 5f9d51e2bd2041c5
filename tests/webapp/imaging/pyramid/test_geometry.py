"""Levels, tiles and footprints."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.imaging.pyramid.geometry import GeometryError, PyramidDescriptor

sizes = st.integers(1, 3000)


def test_min_level_is_9_for_3840():
    layout = PyramidDescriptor(width=3840, height=3840, bits=12)
    assert (layout.min_level, layout.max_level) == (9, 12)
    assert layout.level_size(9) == (480, 480)
    assert layout.tile_count == 1 + 4 + 16 + 64


@given(sizes, sizes)
def test_footprints_cover_every_pixel_once_without_their_overlap(width, height):
    layout = PyramidDescriptor(width=width, height=height, bits=16, tile_size=256)
    for level in range(layout.min_level, layout.max_level + 1):
        level_width, level_height = layout.level_size(level)
        seen = np.zeros((level_height, level_width), np.uint8)
        across, down = layout.level_tiles(level)
        for y in range(down):
            for x in range(across):
                area = layout.footprint(level, x, y)
                left, top = area.left + (x > 0), area.top + (y > 0)
                right, bottom = area.right - (x < across - 1), area.bottom - (y < down - 1)
                seen[top:bottom, left:right] += 1
                assert area.width <= 258
                assert area.height <= 258
        assert (seen == 1).all()


@given(sizes, sizes)
def test_position_counts_tiles_in_their_order(width, height):
    layout = PyramidDescriptor(width=width, height=height, bits=16)
    positions = [layout.position(*tile) for tile in layout.tiles()]
    assert positions == list(range(layout.tile_count))


@pytest.mark.parametrize("tile", [(8, 0, 0), (13, 0, 0), (12, 8, 0), (12, 0, 8), (12, -1, 0)])
def test_position_refuses_tiles_outside(tile):
    with pytest.raises(GeometryError):
        PyramidDescriptor(width=3840, height=3840, bits=12).position(*tile)


@pytest.mark.parametrize("values", [{"width": 0}, {"height": 0}, {"bits": 0}, {"bits": 17}, {"overlap": 512}])
def test_descriptor_refuses_values_outside_limits(values):
    with pytest.raises(GeometryError, match="expected"):
        PyramidDescriptor(**({"width": 10, "height": 10, "bits": 12} | values))
