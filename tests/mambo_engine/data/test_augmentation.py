from __future__ import annotations

import numpy as np
import pytest

from mambo_engine.data.augmentation import GAMMA, SCALE, SHEAR, SHIFT, Augmentation, draw_augmentation


@pytest.fixture
def breast() -> np.ndarray:
    """A half-disc at the chest wall, brighter towards it: 96 x 96, values 0..1."""
    rows, columns = np.ogrid[:96, :96]
    distance = np.hypot(rows - 44, columns)
    return np.where(distance < 35, 0.9 - distance / 70, 0.0).astype(np.float32)


def test_the_defaults_change_nothing(breast: np.ndarray) -> None:
    assert np.array_equal(Augmentation().apply(breast), breast)


def test_parameters_repeat_for_a_seed_and_keep_their_ranges() -> None:
    drawn = [draw_augmentation(np.random.default_rng((7, number)), view="CC") for number in range(200)]
    assert drawn[3] == draw_augmentation(np.random.default_rng((7, 3)), view="CC")
    assert all(abs(found.row_scale - 1) <= SCALE and abs(found.column_scale - 1) <= SCALE for found in drawn)
    assert all(abs(found.shear) <= SHEAR and abs(found.shift) <= SHIFT for found in drawn)
    assert all(abs(np.log(found.gamma)) <= GAMMA for found in drawn)
    assert 60 < sum(found.mirrored for found in drawn) < 140


@pytest.mark.parametrize("view", ["MLO", None])
def test_only_craniocaudal_views_are_mirrored(view: str | None) -> None:
    drawn = [draw_augmentation(np.random.default_rng(number), view=view) for number in range(50)]
    assert not any(found.mirrored for found in drawn)


def test_every_copy_is_a_breast_at_the_left_wall(breast: np.ndarray) -> None:
    for number in range(20):
        copy = draw_augmentation(np.random.default_rng(number), view="CC").apply(breast)
        assert copy.shape == breast.shape
        assert copy.dtype == np.float32
        assert copy.min() == 0.0 <= copy.max() <= 1.0
        wall = copy[:, 0] > 0.05
        assert 0.8 < wall.sum() / (breast[:, 0] > 0).sum() < 1.25
        assert not copy[:, 60:].any()
        assert np.diff(np.flatnonzero(wall)).max() == 1  # no gap along the wall


def test_scale_shift_and_gamma_do_what_they_say(breast: np.ndarray) -> None:
    assert np.allclose(Augmentation(gamma=2.0).apply(breast), breast**2)
    wider = Augmentation(column_scale=1.1).apply(breast)
    reach = [int(np.flatnonzero((image > 0.05).any(axis=0)).max()) for image in (breast, wider)]
    assert reach[1] == pytest.approx(1.1 * reach[0], abs=1.5)
    lower = Augmentation(shift=0.05).apply(breast)
    tops = [float(np.average(np.arange(96), weights=image[:, 0])) for image in (breast, lower)]
    assert abs(tops[1] - tops[0]) == pytest.approx(0.05 * 96, abs=0.5)
