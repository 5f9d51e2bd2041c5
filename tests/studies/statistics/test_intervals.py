"""Intervals agree with statsmodels and stay where a proportion can be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from studies.statistics.intervals import t_interval, wilson_interval

COUNTS = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(COUNTS, st.floats(0.5, 0.999))
def test_wilson_agrees_with_statsmodels(counts, confidence):
    interval = wilson_interval(*counts, confidence)
    expected = proportion_confint(*counts, alpha=1 - confidence, method="wilson")
    assert (interval.lower, interval.upper) == pytest.approx(expected, abs=1e-9)


@given(COUNTS)
def test_wilson_holds_its_share_within_zero_and_one(counts):
    interval = wilson_interval(*counts)
    assert 0 <= interval.lower <= counts[0] / counts[1] <= interval.upper <= 1


@given(COUNTS)
def test_wilson_of_the_misses_is_the_mirror_of_that_of_the_hits(counts):
    hits, trials = counts
    one, other = wilson_interval(hits, trials), wilson_interval(trials - hits, trials)
    assert (one.lower, one.upper) == pytest.approx((1 - other.upper, 1 - other.lower), abs=1e-12)


@pytest.mark.parametrize(("hits", "trials", "confidence"), [(0, 0, 0.95), (3, 2, 0.95), (-1, 2, 0.95), (1, 2, 1)])
def test_wilson_refuses_impossible_counts(hits, trials, confidence):
    with pytest.raises(ValueError, match="got"):
        wilson_interval(hits, trials, confidence)


def test_t_interval_agrees_with_scipy():
    values = [0.55, 0.46, 0.75, 0.85]
    result = t_interval(values)
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert (result.interval.lower, result.interval.upper) == pytest.approx(tuple(expected), abs=1e-12)


def test_t_interval_of_one_reader_is_refused():
    with pytest.raises(ValueError, match="at least 2"):
        t_interval([0.5])
