"""The classifier finds what is there, and finds nothing in noise as often as it says."""

from __future__ import annotations

import numpy as np
import pytest

from studies.leakage.separation import separation


def labels(n):
    return np.arange(n) % 3 == 0


def test_noise_is_called_a_leak_as_rarely_as_its_p_says():
    """200 studies of noise: p of at most .05 in about 10 of them; 20 would be beyond chance (p < .001)."""
    random = np.random.default_rng(1)
    low = sum(
        separation(random.normal(size=(60, 3)), labels(60), seed=n, permutations=99).p <= 0.05 for n in range(200)
    )
    assert 2 <= low <= 20


@pytest.mark.parametrize("kind", ["shift", "spread", "two columns"])
def test_shift_spread_and_joint_difference_are_found(kind):
    random, made = np.random.default_rng(2), labels(120)
    features = random.normal(size=(120, 2))
    if kind == "shift":
        features[made, 0] += 1.5
    elif kind == "spread":
        features[made, 0] *= 4
    else:
        features[:, 1] = features[:, 0] + 0.3 * random.normal(size=120)
        features[made, 1] += 0.6
    found = separation(features, made, seed=1)
    assert found.auc > 0.75
    assert found.p == pytest.approx(1 / 1000)


def test_constant_columns_are_chance():
    assert separation(np.ones((30, 4)), labels(30), seed=1).auc == 0.5


def test_missing_values_are_filled():
    features = np.arange(60.0).reshape(30, 2)
    features[3, 0] = np.nan
    assert 0 <= separation(features, labels(30), seed=1, permutations=9).auc <= 1


def test_too_few_cases_and_wrong_shapes_are_refused():
    with pytest.raises(ValueError, match="at least 5"):
        separation(np.ones((6, 1)), labels(6), seed=1)
    with pytest.raises(ValueError, match="features of 30"):
        separation(np.ones((6, 1)), labels(30), seed=1)
