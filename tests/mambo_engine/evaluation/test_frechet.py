from __future__ import annotations

import numpy as np
import pytest
from scipy import linalg

from mambo_engine.errors import DataError
from mambo_engine.evaluation.frechet import frechet_distance


def test_distance_of_a_set_to_itself_is_zero() -> None:
    features = np.random.default_rng(0).normal(size=(40, 12))
    assert frechet_distance(features, features) == pytest.approx(0.0, abs=1e-9)


def test_distance_of_shifted_and_scaled_gaussians_is_the_closed_form() -> None:
    features = np.random.default_rng(1).normal(size=(200, 5))
    shift = np.array([1.0, 0.0, -2.0, 0.5, 0.0])
    spread = np.trace(np.cov(features.T))
    # The same cloud twice as wide: tr(C + 4C - 2 * 2C) = tr(C).
    found = frechet_distance(features, 2 * (features - features.mean(0)) + features.mean(0) + shift)
    assert found == pytest.approx(shift @ shift + spread)


@pytest.mark.parametrize("count", [30, 6])
def test_distance_agrees_with_the_matrix_square_root(count: int) -> None:
    generator = np.random.default_rng(2)
    a, b = generator.normal(size=(count, 8)) @ generator.normal(size=(8, 8)), generator.normal(size=(count + 5, 8))
    covariances = [np.cov(x.T) for x in (a, b)]
    tiny = 1e-10 * np.eye(8)  # the root of a singular matrix needs it, ours does not
    root = linalg.sqrtm((covariances[0] + tiny) @ (covariances[1] + tiny)).real
    gap = a.mean(0) - b.mean(0)
    expected = gap @ gap + np.trace(covariances[0] + covariances[1] - 2 * root)
    assert frechet_distance(a, b) == pytest.approx(expected, rel=1e-3)
    assert frechet_distance(a, b) == pytest.approx(frechet_distance(b, a))


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        (np.ones((1, 3)), np.ones((4, 3)), r"first features: got shape \(1, 3\)"),
        (np.ones((4, 3)), np.ones((4, 2)), "got 3 and 2 columns"),
        (np.full((4, 3), np.nan), np.ones((4, 3)), "not finite"),
    ],
)
def test_features_that_do_not_fit_are_refused(a: np.ndarray, b: np.ndarray, message: str) -> None:
    with pytest.raises(DataError, match=message):
        frechet_distance(a, b)
