"""The map of differences: which color means what, and that only the same is black."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image as Raster

from webapp.core.errors import DomainError
from webapp.generation.difference import FULL_SHARE, difference_png


def drawn(of, against):
    data = difference_png(np.array(of, np.uint16), np.array(against, np.uint16), bits=12)
    return np.asarray(Raster.open(io.BytesIO(data)))


def test_denser_is_orange_less_dense_is_blue_and_the_same_is_black():
    full = int(4095 * FULL_SHARE) + 1
    colors = drawn([[full, 0, 7]], [[0, full, 7]])
    assert colors[0].tolist() == [[255, 150, 40], [70, 150, 255], [0, 0, 0]]


def test_half_the_difference_is_half_as_bright():
    half = round(4095 * FULL_SHARE / 2)
    assert drawn([[half]], [[0]])[0, 0].tolist() == pytest.approx([127.5, 75, 20], abs=1)


def test_pictures_of_two_sizes_are_refused():
    with pytest.raises(DomainError, match="differ in size"):
        drawn([[1, 2]], [[1]])
