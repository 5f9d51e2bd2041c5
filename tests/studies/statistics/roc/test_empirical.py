"""The empirical curve and its area."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studies.statistics.errors import StatisticsError
from studies.statistics.roc import empirical_auc, mean_roc, roc_curve

READINGS = st.lists(st.tuples(st.booleans(), st.integers(0, 8)), min_size=2, max_size=40).filter(
    lambda rows: len({truth for truth, _ in rows}) == 2
)


def arrays(rows):
    return np.array([truth for truth, _ in rows]), np.array([rating for _, rating in rows], float)


@given(READINGS)
def test_area_is_the_share_of_ordered_pairs_and_the_area_below_the_curve(rows):
    truth, rating = arrays(rows)
    pairs = rating[truth][:, None] - rating[~truth][None, :]
    expected = ((pairs > 0) + 0.5 * (pairs == 0)).mean()
    assert empirical_auc(truth, rating) == pytest.approx(expected)
    assert roc_curve(truth, rating).auc == pytest.approx(expected)


@given(READINGS)
def test_turned_ratings_turn_the_area_and_rising_ones_keep_it(rows):
    truth, rating = arrays(rows)
    auc = empirical_auc(truth, rating)
    assert empirical_auc(truth, -rating) == pytest.approx(1 - auc)
    assert empirical_auc(~truth, rating) == pytest.approx(1 - auc)
    assert empirical_auc(truth, np.exp(rating)) == auc


@given(READINGS)
def test_curve_runs_from_corner_to_corner_and_never_falls(rows):
    curve = roc_curve(*arrays(rows))
    for values in (curve.false_positive_fraction, curve.true_positive_fraction):
        assert (values[0], values[-1]) == (0, 1)
        assert (np.diff(values) >= 0).all()
    assert (np.diff(curve.thresholds) < 0).all()


@given(st.lists(READINGS, min_size=1, max_size=5))
def test_area_of_the_mean_curve_is_the_mean_area(studies):
    curves = [roc_curve(*arrays(rows)) for rows in studies]
    assert mean_roc(curves).auc == pytest.approx(np.mean([curve.auc for curve in curves]))


def test_missing_ratings_are_left_out():
    assert empirical_auc(np.array([True, False, True]), [2.0, 1.0, np.nan]) == 1


@pytest.mark.parametrize(
    ("truth", "rating", "message"),
    [
        ([True, True], [1, 2], "got no negative case"),
        ([2, 0], [1, 2], "truth: got 2, expected booleans"),
        ([True, False], [1, 2, 3], "got shapes"),
        ([True, False], [1, np.inf], "got infinity"),
        ([True, False], ["a", "b"], "expected numbers"),
    ],
)
def test_wrong_readings_are_refused(truth, rating, message):
    with pytest.raises(StatisticsError, match=message):
        empirical_auc(truth, rating)
