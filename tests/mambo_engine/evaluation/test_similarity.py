from __future__ import annotations

import numpy as np
import pytest

from mambo_engine.errors import DataError
from mambo_engine.evaluation.similarity import ssim, ssim_map


def pair(*, noise: float = 0.1, side: int = 24) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(0)
    a = generator.random((side, side))
    return a, a + noise * generator.standard_normal((side, side))


def test_one_window_is_the_published_formula() -> None:
    a, b = pair(side=11)
    at = np.arange(-5, 6)
    weight = np.exp(-(at[:, None] ** 2 + at[None, :] ** 2) / (2 * 1.5**2))
    weight /= weight.sum()
    mean_a, mean_b = (weight * a).sum(), (weight * b).sum()
    var_a, var_b = (weight * (a - mean_a) ** 2).sum(), (weight * (b - mean_b) ** 2).sum()
    covariance = (weight * (a - mean_a) * (b - mean_b)).sum()
    expected = (2 * mean_a * mean_b + 1e-4) * (2 * covariance + 9e-4)
    expected /= (mean_a**2 + mean_b**2 + 1e-4) * (var_a + var_b + 9e-4)
    assert ssim_map(a, b) == pytest.approx(np.array([[expected]]))
    assert ssim(a, b) == pytest.approx(expected)


def test_a_picture_is_like_itself_and_less_like_a_noisier_one() -> None:
    found = [ssim(*pair(noise=noise)) for noise in (0.0, 0.05, 0.2)]
    assert found[0] == pytest.approx(1.0)
    assert found[0] > found[1] > found[2]


def test_a_negative_is_unlike() -> None:
    a, _ = pair()
    assert ssim(a, 1 - a) < 0


def test_air_lifts_the_mean_unless_left_out() -> None:
    a, b = (np.pad(one, ((0, 0), (0, 40))) for one in pair(noise=0.3))
    breast = np.zeros(a.shape, dtype=bool)
    breast[:, :16] = True
    assert ssim(a, b) > ssim(a, b, within=breast) + 0.2


def test_pictures_that_do_not_fit_are_refused() -> None:
    a, b = pair()
    for first, second, message in (
        (a, b[1:], "expected one"),
        (a[:8], b[:8], "11 pixels"),
        (a * np.nan, b, "finite"),
    ):
        with pytest.raises(DataError, match=message):
            ssim(first, second)
    with pytest.raises(DataError, match="got no pixel"):
        ssim(a, b, within=np.zeros(a.shape, dtype=bool))
    with pytest.raises(DataError, match=r"within: got shape \(3, 3\)"):
        ssim(a, b, within=np.ones((3, 3), dtype=bool))
