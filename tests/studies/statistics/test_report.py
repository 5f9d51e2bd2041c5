"""The report holds every reader, Overall, the baseline, and says no more than the numbers."""

import json

import numpy as np
import pandas as pd
import pytest

from studies.statistics.finding import finding
from studies.statistics.report import report_from_counts, study_report
from tests.golden.table2 import COUNTS, OVERALL


def readings(tables):
    rows = []
    for reader, table in tables.items():
        for truth, answer, times in (
            (True, True, table.tp), (False, True, table.fp), (True, False, table.fn), (False, False, table.tn),
        ):  # fmt: skip
            rows += [{"reader": reader, "truth": truth, "answer": answer, "birads": "4" if truth else "2"}] * times
    return pd.DataFrame(rows)


def test_report_of_the_papers_readings_gives_its_overall_row():
    report = study_report(readings(COUNTS).sample(frac=1, random_state=1), margin=0.05)
    assert report.overall.counts == OVERALL
    assert [reader.reader for reader in report.readers] == sorted(COUNTS)
    balanced = report.balanced_over_readers
    assert [round(v, 5) for v in (balanced.mean, balanced.interval.lower, balanced.interval.upper)] == [
        0.63411, 0.46579, 0.80244,
    ]  # fmt: skip
    assert report.suspicion.synthetic.value == 1
    json.dumps(report.to_dict(), allow_nan=False)


def test_finding_of_the_papers_readings_claims_neither():
    headline, numbers = finding(report_from_counts(COUNTS, margin=0.05))
    assert headline == "It is not shown whether readers can or can't tell synthetic from real"
    assert "0.634" in numbers
    assert "95 % interval 0.466 to 0.802" in numbers


def test_finding_of_one_reader_claims_nothing_about_readers():
    headline, _ = finding(report_from_counts({"A": COUNTS["Senior 0"]}, margin=0.05))
    assert headline.startswith("One reader alone")


def test_report_without_birads_has_no_suspicion():
    assert study_report(readings(COUNTS).drop(columns="birads"), margin=0.05).suspicion is None


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame({"reader": ["a"]}), "expected also answer, truth"),
        (pd.DataFrame({"reader": [], "truth": [], "answer": []}), "no reading"),
        (pd.DataFrame({"reader": ["a", "b"], "truth": [True, np.nan], "answer": [True, True]}), "rows 1"),
    ],
)
def test_wrong_tables_are_refused_by_name(frame, message):
    with pytest.raises(ValueError, match=message):
        study_report(frame, margin=0.05)


def test_report_says_how_far_readers_are_apart_and_tests_each():
    found = report_from_counts(COUNTS, margin=0.05).to_dict()
    assert round(found["heterogeneity"]["design_effect"], 2) == 26.77
    assert found["chance_tests"]["Senior 0"]["p_half"] < 1e-30
    assert found["baseline_real"]["recall"]["value"] == 0
