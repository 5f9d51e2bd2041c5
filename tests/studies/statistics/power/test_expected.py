"""The components in closed form are those that simulated studies have."""

import numpy as np
import pytest

from studies.statistics.errors import StatisticsError
from studies.statistics.power import RoeMetz, Variances, expected_components, simulated_readings

NONE = Variances(0, 0, 0)
MODEL = RoeMetz({"A": 0.6}, Variances(0.2, 0.4, 0.3), Variances(0.05, 0.1, 0.2))


def simulated_aucs(model, readers, negatives, positives, runs):
    """Return (runs, readers) AUCs."""
    rng, found = np.random.default_rng(7), np.empty((runs, readers))
    for run in range(runs):
        readings = simulated_readings(model, readers, negatives, positives, rng=rng)
        low, high = readings.negative_ratings, readings.positive_ratings
        found[run] = (high[:, None, :] > low[:, :, None]).mean(axis=(1, 2))
    return found


def test_variance_and_covariance_are_those_of_simulated_readers():
    parts = expected_components(MODEL, 12, 8)
    found = simulated_aucs(MODEL, 4, 12, 8, 3000)
    covariances = np.cov(found, rowvar=False)
    assert np.diag(covariances).mean() == pytest.approx(parts.reader + parts.var, rel=0.06)
    assert covariances[~np.eye(4, dtype=bool)].mean() == pytest.approx(parts.cov2, rel=0.12)
    assert parts.cases == 20


def test_readers_alike_and_readers_of_noise_alone_have_no_components():
    alike = expected_components(RoeMetz({"A": 0.6}, Variances(0, 0.7, 0.3), NONE), 30, 30)
    assert alike.reader == pytest.approx(0, abs=1e-12)
    noise = expected_components(RoeMetz({"A": 0.6}, Variances(0.2, 0, 1), NONE), 30, 30)
    assert noise.cov2 == pytest.approx(0, abs=1e-12)
    assert noise.reader > 0
    same = expected_components(RoeMetz({"A": 0.6}, Variances(0, 1, 0), NONE), 30, 30)
    assert same.var == pytest.approx(same.cov2)  # readers that see every case the same make the same errors


def test_one_case_of_each_class_is_a_coin():
    model = RoeMetz({"A": 0.6}, Variances(0, 0, 1), NONE)
    (auc,) = model.auc.values()
    assert expected_components(model, 1, 1).var == pytest.approx(auc * (1 - auc))


def test_two_modalities_and_an_empty_class_are_refused():
    with pytest.raises(StatisticsError, match="got 2 modalities"):
        expected_components(RoeMetz({"A": 1, "B": 1}, Variances(0, 0, 1), NONE), 5, 5)
    with pytest.raises(StatisticsError, match="0 and 5 cases"):
        expected_components(MODEL, 0, 5)
