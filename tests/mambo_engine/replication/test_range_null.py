from __future__ import annotations

import numpy as np
import pytest
import torch

from mambo_engine.cascade.cascade import Cascade
from mambo_engine.cascade.context import area_mean
from mambo_engine.cascade.grid import Grid
from mambo_engine.errors import ConfigError, DataError
from mambo_engine.replication.range_null import RangeNullPredictor, ZeroShotSettings, with_range, zero_shot

QUICK = ZeroShotSettings(steps=3, overlap=4)


def low_resolution(side: int) -> np.ndarray:
    return np.random.default_rng(0).uniform(0.3, 0.6, (side, side)).astype(np.float32)


def test_with_range_takes_the_mean_that_is_given_and_keeps_the_rest() -> None:
    image, low = np.random.default_rng(1).random((12, 12)).astype(np.float32), low_resolution(4)
    found = with_range(image, low)
    assert np.allclose(area_mean(found, 3), low, atol=1e-6)
    null = found - np.kron(low, np.ones((3, 3)))
    assert np.allclose(null, image - np.kron(area_mean(image, 3), np.ones((3, 3))), atol=1e-6)
    assert np.allclose(with_range(found, low), found, atol=1e-6)


def test_zero_shot_keeps_what_is_given_and_depends_on_the_seed(tiny_cascade: Cascade) -> None:
    stage, low = tiny_cascade.stages["global"], low_resolution(8)
    found = zero_shot(stage, low, QUICK, size=32, seed=1)
    assert found.shape == (32, 32)
    assert np.abs(area_mean(found, 4) - low).mean() < 0.05
    assert np.array_equal(found, zero_shot(stage, low, QUICK, size=32, seed=1))
    assert not np.array_equal(found, zero_shot(stage, low, QUICK, size=32, seed=2))


def test_windows_of_air_are_not_drawn(tiny_cascade: Cascade) -> None:
    stage, low = tiny_cascade.stages["global"], low_resolution(8)
    low[:, 4:] = 0
    found = zero_shot(stage, low, ZeroShotSettings(steps=2, overlap=0), size=32, seed=1)
    assert (found[:, 16:] == 0).all()
    assert found[:, :16].std() > 0


def test_where_windows_overlap_their_estimates_are_averaged(tiny_cascade: Cascade) -> None:
    stage, low = tiny_cascade.stages["global"], low_resolution(8)
    x_t = torch.randn(1, 1, 24, 24, generator=torch.Generator().manual_seed(0))
    whole = RangeNullPredictor(stage, low, Grid(24, 16, 8))
    with torch.inference_mode():
        found = whole._estimate(x_t[0, 0], 500)
        corner = stage.predictor(np.zeros((1, 0, 16, 16), np.float32), [(0, 0, 0)])(x_t[:, :, :16, :16], 500)
        right = stage.predictor(np.zeros((1, 0, 16, 16), np.float32), [(0, 0, 0)])(x_t[:, :, :16, 8:], 500)
    assert np.allclose(found[:8, :8], corner[0, 0, :8, :8], atol=1e-4)
    assert np.allclose(found[:8, 8:16], (corner[0, 0, :8, 8:] + right[0, 0, :8, :8]) / 2, atol=1e-4)


@pytest.mark.parametrize(
    ("side", "size", "settings", "message"),
    [
        (7, 32, QUICK, r"got \(7, 7\) for 32 px"),
        (4, 8, QUICK, "for 8 px"),
        (8, 32, ZeroShotSettings(steps=2, overlap=16), "overlap: got 16"),
        (8, 32, ZeroShotSettings(steps=2000, overlap=4), "steps"),
    ],
)
def test_what_does_not_fit_is_refused(
    tiny_cascade: Cascade, side: int, size: int, settings: ZeroShotSettings, message: str
) -> None:
    with pytest.raises((DataError, ConfigError), match=message):
        zero_shot(tiny_cascade.stages["global"], low_resolution(side), settings, size=size, seed=0)


@pytest.mark.parametrize("bad", [{"steps": 0}, {"eta": 1.5}, {"overlap": -1}])
def test_settings_out_of_range_are_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match=next(iter(bad))):
        ZeroShotSettings(**bad)  # type: ignore[arg-type]
