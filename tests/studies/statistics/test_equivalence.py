"""No significant difference is never the same as no difference."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.weightstats import DescrStatsW

from studies.statistics.equivalence import equivalence, tost
from tests.golden.table2 import COUNTS

ACCURACIES = [table.accuracy for table in COUNTS.values()]


def test_the_papers_readers_show_neither():
    narrow, wide = (equivalence(ACCURACIES, margin=margin) for margin in (0.05, 0.10))
    assert narrow.verdict == "inconclusive"
    assert (round(narrow.p_equivalence, 3), round(wide.p_equivalence, 3)) == (0.888, 0.695)
    assert round(narrow.p_difference, 4) == 0.0755
    interval = narrow.estimate.interval
    assert [round(v, 5) for v in (interval.lower, interval.upper, narrow.estimate.sd)] == [
        0.48031,
        0.78367,
        0.14453,
    ]


def test_p_values_agree_with_scipy_and_statsmodels():
    values = [0.52, 0.47, 0.51, 0.49, 0.5]
    result = equivalence(values, margin=0.05)
    assert result.p_difference == pytest.approx(stats.ttest_1samp(values, 0.5).pvalue)
    assert result.p_equivalence == pytest.approx(DescrStatsW(values).ttost_mean(0.45, 0.55)[0])


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ([0.50, 0.51, 0.49, 0.50], "equivalent"),
        ([0.80, 0.85, 0.78, 0.82], "distinguishable"),
        ([0.10, 0.15, 0.12, 0.11], "distinguishable"),
        ([0.3, 0.9, 0.5], "inconclusive"),
        ([0.52, 0.521, 0.519, 0.52], "equivalent"),  # differs from chance, and lies inside the margin
        ([0.5, 0.5], "equivalent"),
        ([0.8, 0.8], "distinguishable"),
    ],
)
def test_verdict_follows_the_interval_and_the_margin(values, verdict):
    assert equivalence(values, margin=0.05).verdict == verdict


def test_margin_of_nothing_is_refused():
    with pytest.raises(ValueError, match="margin"):
        equivalence([0.5, 0.6], margin=0)


FINITE = st.floats(-2, 2)


@given(FINITE, st.floats(0.001, 1), st.floats(1, 100), st.floats(0.01, 1))
def test_equivalence_means_that_the_inner_interval_lies_within_the_margin(estimate, error, df, margin):
    found = tost(estimate, error, df, margin=margin, reference=0.0)
    inner = found.equivalence_interval
    inside = -margin < inner.lower and inner.upper < margin
    if min(abs(inner.lower + margin), abs(inner.upper - margin)) > 1e-6:
        assert (found.verdict == "equivalent") == inside
    if found.verdict == "inconclusive":
        assert found.interval.lower <= 1e-9
        assert found.interval.upper >= -1e-9


def test_an_estimate_with_normal_errors_has_a_verdict_in_words():
    found = tost(0.51, 0.01, math.inf, margin=0.05)
    assert found.words == "equivalent within the margin of 0.05"
    assert found.to_dict()["df"] is None
    assert found.p_equivalence == pytest.approx(stats.norm.sf(4))


def test_a_difference_that_is_not_significant_is_inconclusive_not_the_same():
    found = tost(0.6, 0.1, 5, margin=0.05)
    assert found.p_difference > 0.05
    assert found.words.startswith("inconclusive")
