from __future__ import annotations

import numpy as np
import pytest

from mambo_engine.cascade.cascade import Cascade
from mambo_engine.errors import ConfigError, DataError
from mambo_engine.evaluation.features import Features
from mambo_engine.replication.enlarging import Comparison, EnlargingSettings, corners, cut
from mambo_engine.replication.settings import FOLDER, read_settings


class Means:
    """Two figures of a picture."""

    name, digest, comparable, needs_scale = "means", "0", "itself", False

    def __call__(self, pictures: list[np.ndarray]) -> Features:
        return Features(np.array([[one.mean(), one.std()] for one in pictures]), self.name, self.digest)


def patches(noise: float, seed: int) -> np.ndarray:
    base = np.random.default_rng(0).uniform(0.2, 0.8, (6, 2, 16, 16))
    return np.clip(base + noise * np.random.default_rng(seed).standard_normal(base.shape), 0, 1).astype(np.float32)


def comparison(**more: object) -> Comparison:
    return Comparison(patches(0, 0), Means(), repeats=50, **more)  # type: ignore[arg-type]


def test_figures_of_the_original_itself_are_perfect() -> None:
    found = comparison().figures(patches(0, 0))
    assert found["PSNR, dB"].value == pytest.approx(100)
    assert found["SSIM"].value == pytest.approx(1)
    assert found["Fréchet distance"].value == pytest.approx(0, abs=1e-9)


def test_more_noise_is_worse_in_every_figure_and_psnr_is_what_the_noise_says() -> None:
    little, much = (comparison().figures(patches(noise, 1)) for noise in (0.02, 0.1))
    assert little["PSNR, dB"].value == pytest.approx(-20 * np.log10(0.02), abs=0.3)
    assert little["SSIM"].value > much["SSIM"].value
    assert little["Fréchet distance"].value < much["Fréchet distance"].value
    for one in little.values():
        assert one.low is not None
        assert one.high is not None
        assert 0 <= one.low <= one.high


def test_lpips_is_a_column_only_where_it_is_given() -> None:
    assert "LPIPS" not in comparison().columns
    given = comparison(lpips=lambda a, b: float(np.abs(a - b).max()))
    assert given.columns[-1] == "LPIPS"
    assert given.figures(patches(0, 0))["LPIPS"].value == 0


def test_patches_of_another_shape_are_refused() -> None:
    with pytest.raises(DataError, match=r"expected \(6, 2, 16, 16\)"):
        comparison().figures(patches(0, 0)[:5])


def test_corners_are_four_inside_the_picture_and_the_same_again(tiny_cascade: Cascade) -> None:
    stage = tiny_cascade.stages["patch"]
    image = np.zeros((96, 96), dtype=np.float32)
    image[10:80, :60] = 0.5
    found = corners(image, stage, 3)
    assert len(found) == 4
    assert found == corners(image, stage, 3)
    assert cut(image, found, 16).shape == (4, 16, 16)
    with pytest.raises(DataError, match="no breast"):
        corners(np.zeros_like(image), stage, 3)


def test_shipped_settings_are_read() -> None:
    names = {path.stem: read_settings(EnlargingSettings, path) for path in FOLDER.glob("table-4*.yaml")}
    assert names["table-4-paper"].pictures * 4 == 2540
    assert names["table-4"].zero_shot.eta == 0.85
    with pytest.raises(ConfigError, match="pictures: got 3"):
        EnlargingSettings(pictures=3)
