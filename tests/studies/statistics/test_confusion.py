"""The paper's Table 2 comes out of its counts; undefined measures are None."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from studies.statistics.confusion import (
    Confusion,
    always_synthetic,
    baselines,
    chance_tests,
    pooled,
    summarize,
    summarize_counts,
)
from tests.golden.table2 import COUNTS, DERIVED, EXACT, OVERALL, PRINTED

TABLES = COUNTS | {"Overall": OVERALL}
CELLS = st.builds(Confusion, *[st.integers(0, 300)] * 4)


def cells(table):
    summary = summarize_counts(table)
    interval = summary.accuracy.interval
    values = (summary.precision.value, summary.recall.value, summary.f1.value, summary.accuracy.value)
    return (*values, interval.lower, interval.upper)


@pytest.mark.parametrize("reader", TABLES)
def test_table_2_is_reproduced_from_the_counts(reader):
    assert cells(TABLES[reader]) == pytest.approx(PRINTED[reader], abs=0.001)
    assert [round(value, 5) for value in cells(TABLES[reader])] == list(EXACT[reader])


@pytest.mark.parametrize("reader", TABLES)
def test_accuracy_interval_agrees_with_statsmodels_to_nine_digits(reader):
    table = TABLES[reader]
    expected = proportion_confint(table.tp + table.tn, table.n, method="wilson")
    assert cells(table)[4:] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("reader", TABLES)
def test_every_proportion_agrees_with_statsmodels_to_nine_digits(reader):
    table, summary = TABLES[reader], summarize_counts(TABLES[reader])
    for name, hits, trials in (
        ("precision", table.tp, table.tp + table.fp),
        ("recall", table.tp, table.positives),
        ("specificity", table.tn, table.negatives),
        ("npv", table.tn, table.tn + table.fn),
    ):
        measure = getattr(summary, name)
        assert measure.value == pytest.approx(hits / trials, abs=1e-12)
        limits = proportion_confint(hits, trials, method="wilson")
        assert (measure.interval.lower, measure.interval.upper) == pytest.approx(limits, abs=1e-9)


def test_overall_counts_are_the_sum_of_the_readers():
    assert pooled(COUNTS.values()) == OVERALL


@pytest.mark.parametrize("reader", COUNTS)
def test_derived_measures_match_to_the_digits_shown(reader):
    table = COUNTS[reader]
    *_, kappa, mcc, said, npv, balanced = DERIVED[reader]
    assert (round(table.kappa, 2), round(table.mcc, 2)) == (kappa, mcc)
    assert [round(v, 3) for v in (table.said_synthetic, table.npv, table.balanced_accuracy)] == [
        said,
        npv,
        balanced,
    ]


def test_baseline_of_the_paper_beats_the_overall_f1():
    baseline = always_synthetic(OVERALL)
    assert round(baseline.accuracy, 3) == 0.611
    assert round(baseline.f1, 3) == 0.758
    assert baseline.f1 > OVERALL.f1


def test_summarize_counts_arrays():
    truth, answer = np.array([1, 1, 0, 0, 1], bool), np.array([1, 0, 1, 0, 1], bool)
    assert summarize(truth, answer).counts == Confusion(tp=2, fp=1, fn=1, tn=1)


def test_one_class_only_gives_none_and_no_nan():
    summary = summarize([True, True], [True, False]).to_dict()
    assert summary["specificity"]["value"] is None
    assert summary["specificity"]["note"] == "not defined: no real image was read"
    assert summary["balanced_accuracy"]["value"] is None
    assert summary["mcc"]["value"] is None
    assert "nan" not in repr(summary).lower()


def test_no_reading_at_all_gives_none_everywhere():
    summary = summarize([], []).to_dict()
    assert summary["n"] == 0
    assert summary["accuracy"]["value"] is None
    assert summary["kappa"]["value"] is None


@given(CELLS)
def test_relabeling_the_classes_swaps_the_mirrored_measures(table):
    mirror = Confusion(tp=table.tn, fp=table.fn, fn=table.fp, tn=table.tp)
    assert (table.recall, table.precision) == (mirror.specificity, mirror.npv)
    assert table.balanced_accuracy == mirror.balanced_accuracy


@given(CELLS)
def test_measures_stay_in_their_ranges(table):
    for value in (table.precision, table.recall, table.f1, table.accuracy, table.balanced_accuracy):
        assert value is None or 0 <= value <= 1
    for value in (table.mcc, table.kappa):
        assert value is None or -1 - 1e-12 <= value <= 1 + 1e-12


@pytest.mark.parametrize(("truth", "answer"), [([True], [True, False]), ([1, 0], [1, 2]), ([[True]], [[True]])])
def test_wrong_arrays_are_refused(truth, answer):
    with pytest.raises(ValueError, match="expected"):
        summarize(truth, answer)


def test_all_measures_carry_an_interval_about_their_value():
    for table in TABLES.values():
        measures = summarize_counts(table).to_dict()
        for name in (
            "precision",
            "recall",
            "specificity",
            "npv",
            "f1",
            "accuracy",
            "balanced_accuracy",
            "mcc",
            "kappa",
        ):
            value, limits = measures[name]["value"], measures[name]["interval"]
            assert limits["lower"] < value < limits["upper"]


def test_f1_of_one_class_has_a_value_and_says_why_it_has_no_interval():
    f1 = summarize([True, True], [True, False]).f1
    assert (f1.value, f1.interval, f1.note) == (pytest.approx(2 / 3), None, "no interval: no real image was read")


def test_answers_that_are_all_the_same_leave_mcc_undefined_with_a_word():
    mcc = summarize([True, False], [True, True]).mcc
    assert (mcc.value, mcc.interval, mcc.note) == (None, None, "not defined: all answers are the same")


def test_baselines_of_the_papers_images():
    found = baselines(COUNTS["Junior 0"])
    assert round(found["always_synthetic"].accuracy.value, 3) == 0.611
    assert round(found["always_real"].accuracy.value, 3) == 0.389


def test_chance_tests_match_the_published_table():
    # exact binomial on accuracy, inverted Table 2: against one half and against the prevalence of .611
    half = {
        "Junior 0": 0.12,
        "Junior 1": 0.18,
        "Junior 2": 1.1e-18,
        "Senior 0": 2.6e-36,
        "Senior 1": 0.072,
        "Senior 2": 7.3e-6,
    }
    share = {
        "Junior 0": 0.028,
        "Junior 1": 1.4e-7,
        "Junior 2": 3.7e-7,
        "Senior 0": 3.7e-19,
        "Senior 1": 0.050,
        "Senior 2": 0.51,
    }
    found = chance_tests(COUNTS)
    for reader in COUNTS:
        assert float(f"{found[reader].p_half:.1e}") == pytest.approx(half[reader], rel=0.05)
        assert float(f"{found[reader].p_prevalence:.1e}") == pytest.approx(share[reader], rel=0.05)
        assert found[reader].p_half_holm >= found[reader].p_half


def test_reader_without_a_reading_is_refused_by_name():
    with pytest.raises(ValueError, match="readers B"):
        chance_tests({"A": Confusion(1, 1, 1, 1), "B": Confusion(0, 0, 0, 0)})
