"""Sizes of marks follow from their pixels and the spacing, rows and columns each with its own."""

import math

import pytest

from studies.export.mark_size import mark_center, mark_size

BOX = {"id": "a", "finding": "mass", "x": 10, "y": 20, "width": 30, "height": 40}


def test_size_of_each_shape_takes_the_spacing_of_rows_and_columns():
    size = mark_size(BOX | {"shape": "rectangle"}, (0.1, 0.2))
    assert (size.width, size.height, size.unit) == (pytest.approx(6), pytest.approx(4), "mm")
    assert size.area == pytest.approx(24)
    assert mark_size(BOX | {"shape": "ellipse"}, (0.1, 0.2)).area == pytest.approx(24 * math.pi / 4)
    corners = {"shape": "polygon", "points": [[10, 20], [40, 20], [10, 60]]}
    assert mark_size(BOX | corners, (0.1, 0.2)).area == pytest.approx(12)


def test_direction_of_an_outline_does_not_matter():
    points = [[10, 20], [40, 20], [40, 60], [10, 60]]
    for line in (points, points[::-1]):
        assert mark_size(BOX | {"shape": "freehand", "points": line}, None).area == 1200


def test_without_a_spacing_sizes_are_pixels_and_a_point_has_none():
    size = mark_size(BOX | {"shape": "point", "width": 0, "height": 0}, None)
    assert (size.width, size.height, size.area, size.unit) == (0, 0, 0, "px")


def test_spacing_of_zero_is_refused():
    with pytest.raises(ValueError, match="above 0"):
        mark_size(BOX | {"shape": "rectangle"}, (0.1, 0))


def test_center_is_the_middle_of_the_box():
    assert mark_center(BOX) == (25, 40)
