"""The breast is found, grown and shrunk."""

from __future__ import annotations

import numpy as np
import pytest

from mambo_engine.data.masks import breast_mask, dilate_mask, erode_mask, filled_to_chest_wall, otsu_threshold
from mambo_engine.data.phantom import PhantomLabels, draw_phantom
from mambo_engine.errors import DataError


def test_otsu_threshold_splits_two_classes() -> None:
    values = np.concatenate([np.full(700, 0.1), np.full(300, 0.8)])
    assert 0.1 < otsu_threshold(values) < 0.8
    assert otsu_threshold(values) == pytest.approx(0.45, abs=0.01)


def test_otsu_threshold_refuses_one_value() -> None:
    with pytest.raises(DataError, match="got one value"):
        otsu_threshold(np.zeros((8, 8)))


@pytest.mark.parametrize("view", ["CC", "MLO"])
@pytest.mark.parametrize("density", ["A", "D"])
def test_breast_mask_finds_the_phantom_breast(view: str, density: str) -> None:
    phantom = draw_phantom(PhantomLabels(1, density, view), size=256, seed=4)
    found = breast_mask(phantom.pixels / 4095)
    union = np.count_nonzero(found | phantom.breast_mask)
    assert np.count_nonzero(found & phantom.breast_mask) / union > 0.95


def test_breast_mask_leaves_out_a_bright_label_and_fills_holes() -> None:
    image = np.zeros((200, 200))
    image[40:160, 0:90] = 0.5
    image[90:100, 40:50] = 0.0
    image[10:20, 150:190] = 1.0
    mask = breast_mask(image)
    assert mask[95, 45]
    assert mask[100, 10]
    assert not mask[:, 120:].any()


def test_breast_mask_leaves_out_a_label_that_a_strip_joins_to_the_breast() -> None:
    image = np.zeros((400, 400))
    image[0:300, 0:150] = 0.5
    plain = breast_mask(image)
    image[0:1, :] = 0.3
    image[0:40, 300:350] = 0.3
    mask = breast_mask(image)
    assert not mask[:, 190:].any()
    assert np.array_equal(mask[20:], plain[20:])


def test_filled_to_chest_wall_closes_what_opens_to_the_wall_alone() -> None:
    mask = np.zeros((30, 20), dtype=bool)
    mask[2:20, 0:12] = True
    mask[5:8, 0:6] = False
    mask[25:28, 0:5] = True
    filled = filled_to_chest_wall(mask)
    assert filled[5:8, 0:6].all()
    assert not filled[20:25].any()  # the fold below the breast is open to the air
    assert np.count_nonzero(filled) == 18 * 12 + 3 * 5
    assert not filled_to_chest_wall(np.zeros((4, 4), dtype=bool)).any()


def test_breast_mask_refuses_a_stack() -> None:
    with pytest.raises(DataError, match=r"\(2, 8, 8\)"):
        breast_mask(np.zeros((2, 8, 8)))


def test_dilate_mask_grows_by_a_disc_of_the_given_radius() -> None:
    mask = np.zeros((21, 21), dtype=bool)
    mask[10, 10] = True
    y, x = np.mgrid[:21, :21]
    assert np.array_equal(dilate_mask(mask, radius=4), np.hypot(y - 10, x - 10) <= 4)


def test_dilate_mask_grows_by_a_two_hundredth_of_the_side_by_default() -> None:
    mask = np.zeros((400, 300), dtype=bool)
    mask[200, 150] = True
    assert dilate_mask(mask)[200].sum() == 5
    assert not dilate_mask(np.zeros((9, 9), dtype=bool)).any()


def test_erode_mask_shrinks_inside_but_not_at_the_image_border() -> None:
    mask = np.zeros((100, 100), dtype=bool)
    mask[20:80, 0:60] = True
    shrunk = erode_mask(mask, kernel=20)
    assert shrunk[50, 0]
    assert np.count_nonzero(shrunk[50]) == 60 - 9
    assert np.count_nonzero(shrunk[:, 0]) == 60 - 19
