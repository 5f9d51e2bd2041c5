"""Intervals agree with statsmodels and stay where a proportion can be."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

from studies.statistics.intervals import (
    binomial_test,
    estimate_interval,
    exact_interval,
    logit_interval,
    t_interval,
    two_proportions,
    wilson_interval,
)

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


@given(COUNTS, st.floats(0.5, 0.999))
def test_exact_agrees_with_statsmodels(counts, confidence):
    interval = exact_interval(*counts, confidence)
    expected = proportion_confint(*counts, alpha=1 - confidence, method="beta")
    assert (interval.lower, interval.upper) == pytest.approx(expected, abs=1e-9)


@given(COUNTS)
def test_exact_of_the_misses_is_the_mirror_of_that_of_the_hits(counts):
    hits, trials = counts
    one, other = exact_interval(hits, trials), exact_interval(trials - hits, trials)
    assert (one.lower, one.upper) == pytest.approx((1 - other.upper, 1 - other.lower), abs=1e-9)


@given(COUNTS, COUNTS)
def test_two_proportions_agree_with_statsmodels(first, second):
    found = two_proportions(*first, *second)
    expected = confint_proportions_2indep(*first, *second, method="newcomb", compare="diff")
    assert (found.interval.lower, found.interval.upper) == pytest.approx(expected, abs=1e-9)
    assert -1 <= found.interval.lower <= found.difference <= found.interval.upper <= 1


def test_two_proportions_of_the_papers_suspicious_readings():
    # 250 of 1,092 synthetic against 199 of 696 original readings: z = -2.71, p = .007, clustering ignored
    found = two_proportions(250, 1092, 199, 696)
    assert (round(found.z, 2), round(found.p, 3)) == (-2.71, 0.007)
    assert (found.z, found.p) == pytest.approx(proportions_ztest([250, 199], [1092, 696]), abs=1e-9)


def test_two_certain_proportions_have_no_z_and_say_so():
    found = two_proportions(3, 3, 5, 5)
    assert (found.z, found.p, found.difference) == (None, 1.0, 0)
    assert found.note


def test_binomial_test_agrees_with_scipy():
    assert binomial_test(163, 298) == stats.binomtest(163, 298).pvalue


def test_infinite_degrees_of_freedom_are_the_normal():
    found = estimate_interval(1.0, 2.0, math.inf)
    assert (found.lower, found.upper) == pytest.approx(stats.norm.interval(0.95, 1, 2))


@given(st.floats(0.01, 0.99), st.floats(0.001, 0.3), st.floats(1, 50))
def test_logit_interval_holds_its_estimate_within_zero_and_one_and_mirrors(estimate, error, df):
    one, other = logit_interval(estimate, error, df), logit_interval(1 - estimate, error, df)
    assert 0 <= one.lower <= estimate <= one.upper <= 1
    assert (one.lower, one.upper) == pytest.approx((1 - other.upper, 1 - other.lower), abs=1e-9)


def test_logit_interval_of_a_certain_estimate_is_none():
    assert logit_interval(1.0, 0.1, 5) is None
    assert logit_interval(0.7, 0.0, 5) is None
