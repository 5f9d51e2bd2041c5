"""Squared and added limits hold the value, stay in range, and agree with the bootstrap where that works."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studies.statistics.counts import Confusion
from studies.statistics.measure_intervals import MEASURES, bootstrap_interval, rates_interval
from tests.golden.table2 import COUNTS

TABLES = st.builds(Confusion, *[st.integers(0, 300)] * 4).filter(lambda t: t.positives and t.negatives)


@given(TABLES, st.sampled_from(sorted(MEASURES)), st.floats(0.5, 0.999))
def test_limits_hold_the_value_and_stay_in_range(table, measure, confidence):
    function, lowest, highest = MEASURES[measure]
    value = function(table.recall, table.specificity, table.positives / table.n)
    found = rates_interval(table, measure, confidence)
    assert lowest <= found.lower <= value + 1e-12
    assert value - 1e-12 <= found.upper <= highest


@given(TABLES, st.sampled_from(sorted(MEASURES)))
def test_the_function_of_the_rates_is_the_measure_of_the_counts(table, measure):
    exact = getattr(table, measure)
    if exact is not None:
        found = MEASURES[measure][0](table.recall, table.specificity, table.positives / table.n)
        assert found == pytest.approx(exact, abs=1e-9)


@given(TABLES, st.sampled_from(sorted(MEASURES)))
def test_more_confidence_is_never_narrower(table, measure):
    narrow, wide = rates_interval(table, measure, 0.8), rates_interval(table, measure, 0.95)
    assert wide.lower <= narrow.lower + 1e-12
    assert narrow.upper <= wide.upper + 1e-12


@pytest.mark.parametrize("measure", sorted(MEASURES))
@pytest.mark.parametrize("reader", COUNTS)
def test_limits_agree_with_the_stratified_bootstrap(reader, measure):
    found, drawn = rates_interval(COUNTS[reader], measure), bootstrap_interval(COUNTS[reader], measure)
    assert (found.lower, found.upper) == pytest.approx((drawn.lower, drawn.upper), abs=0.015)


def test_perfect_reader_has_a_limit_below_one():
    found = rates_interval(Confusion(50, 0, 0, 50), "mcc")
    assert 0.8 < found.lower < 0.95
    assert found.upper == 1


def test_one_class_has_no_interval():
    assert rates_interval(Confusion(5, 0, 5, 0), "f1") is None
    assert bootstrap_interval(Confusion(5, 0, 5, 0), "f1") is None
