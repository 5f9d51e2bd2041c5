from __future__ import annotations

import numpy as np
import pytest

from mambo_engine.errors import DataError
from mambo_engine.evaluation.texture import FIGURES, breast_crops, fullest_crop, standardized, texture_figures


def test_texture_figures_tell_sharp_from_smooth() -> None:
    generator = np.random.default_rng(0)
    sharp = (0.5 + 0.05 * generator.standard_normal((6, 64, 64))).astype(np.float32)
    smooth = np.stack([(a + np.roll(a, 1, 0) + np.roll(a, 1, 1)) / 3 for a in sharp])
    a, b = standardized([texture_figures(sharp), texture_figures(smooth)], texture_figures(sharp))
    assert np.abs(a.mean(axis=0)).max() < 1e-6
    assert np.abs(b.mean(axis=0)).max() > 3


def test_breast_crops_hold_no_air() -> None:
    image = np.zeros((64, 64), np.float32)
    image[:, :40] = 0.5
    assert breast_crops([image], 16, 16).shape == (8, 16, 16)
    with pytest.raises(DataError, match="got none without air"):
        breast_crops([image], 64, 16)


def test_fullest_crop_is_the_one_with_least_air() -> None:
    image = np.zeros((64, 64), np.float32)
    image[20:40, :8] = 0.5
    crop = fullest_crop(image, 16, 8)
    assert crop.shape == (1, 16, 16)
    assert (crop > 0).sum() == 16 * 8
    with pytest.raises(DataError, match="expected at least 65 px"):
        fullest_crop(image, 65, 8)


def test_figures_of_one_even_gray_are_finite() -> None:
    figures = texture_figures(np.zeros((1, 32, 32)))
    assert figures.shape == (1, FIGURES)
    assert np.isfinite(figures).all()
