"""The executed plan: the same numbers however the rows lie, reasons instead of gaps, no NaN."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from studies.reporting.build import full_report
from studies.reporting.document import document
from studies.reporting.facts import StudyFacts
from studies.reporting.plan import AnalysisPlan
from studies.statistics.errors import StatisticsError
from studies.statistics.mrmc import u_statistics


def test_report_is_the_same_for_any_order_of_rows(table, plan, report):
    shuffled = table().sample(frac=1, random_state=3)
    assert full_report(shuffled, plan, code_version="1.0").to_dict() == report.to_dict()


def test_report_names_plan_data_seed_and_version(report, plan):
    found = report.to_dict()
    assert found["plan_sha256"] == plan.sha256
    assert len(found["data_sha256"]) == 64
    assert (found["seed"], found["code_version"]) == (0, "1.0")


def test_data_hash_changes_with_one_answer(table, plan, report):
    other = table()
    other.loc[5, "answer"] = not other.loc[5, "answer"]
    assert full_report(other, plan, code_version="1.0").data_sha256 != report.data_sha256


def test_random_readers_and_cases_are_those_of_the_u_statistic(table, report):
    calls = table().assign(modality="all", rating=lambda rows: rows["answer"].astype(float))
    expected = u_statistics(calls, endpoint="accuracy").modalities["all"]
    effects = report.first.main.random_effects
    assert effects is not None
    assert effects.estimates["accuracy"].to_dict() == expected.to_dict()


@pytest.mark.parametrize("case", ["one_reader", "one_class_reader", "all_right", "tied", "no_rating", "two_cases"])
def test_poor_tables_give_words_and_never_nan(table, plan, case):
    frame = table()
    if case == "one_reader":
        frame = frame[frame["reader"] == frame["reader"].iloc[0]]
    elif case == "one_class_reader":
        frame = frame[(frame["reader"] != frame["reader"].iloc[0]) | frame["truth"]]
    elif case == "all_right":
        frame = frame.assign(answer=frame["truth"])
    elif case == "tied":
        frame = frame.assign(rating=1, answer=True)
    elif case == "no_rating":
        frame = frame[["reader", "case", "truth", "answer"]]
    else:
        frame = frame.groupby(["reader", "truth"]).head(1)
    found = full_report(frame, plan, code_version="1.0")
    json.dumps(found.to_dict(), allow_nan=False)
    page = document(found, StudyFacts("Poor table"))
    assert page.headline
    for block in page.blocks:
        assert block.svg or block.table or block.missing or block.note or block.method
        for row in block.table.shown if block.table else ():
            for cell in row["cells"]:
                assert "nan" not in cell["text"].lower()
                assert cell["text"] != "None"


def test_one_class_reader_is_named_in_a_warning(table, plan):
    frame = table()
    name = frame["reader"].iloc[0]
    found = full_report(frame[(frame["reader"] != name) | frame["truth"]], plan, code_version="1.0")
    warnings = document(found, StudyFacts("x")).warnings
    assert any(name in text and "one class only" in text for text in warnings)


def test_repeats_count_once_and_show_agreement_with_oneself(table, plan):
    frame = table()
    again = frame[frame["order"] <= 6].assign(order=lambda rows: rows["order"] + 100)
    found = full_report(pd.concat([frame, again], ignore_index=True), plan, code_version="1.0")
    assert found.notes == ("18 repeated readings left out: the first of each reader and case counts",)
    own = found.first.intra_reader.value
    assert own is not None
    assert [one.same.value for one in own] == [1.0, 1.0, 1.0]
    assert found.first.readings == len(frame)


def test_case_with_two_truths_is_refused_by_name(table, plan):
    frame = table()
    frame.loc[0, "truth"] = not frame.loc[0, "truth"]
    with pytest.raises(StatisticsError, match=f"both classes for case {frame.loc[0, 'case']}"):
        full_report(frame, plan, code_version="1.0")


def test_modalities_are_compared_and_each_has_its_part(table, plan):
    both = pd.concat([table().assign(modality="A"), table(mean=1.5).assign(modality="B")], ignore_index=True)
    found = full_report(both, plan, code_version="1.0")
    assert [part.modality for part in found.parts] == ["A", "B"]
    assert found.comparison.value is not None
    keys = [block.key for block in document(found, StudyFacts("Two")).blocks]
    assert keys[0] == "modalities"
    assert {"forest-1", "forest-2"} <= set(keys)
    assert len(keys) == len(set(keys))


def test_plan_that_can_not_be_executed_is_refused():
    with pytest.raises(StatisticsError, match="measure: got 'auc'"):
        AnalysisPlan(measure="auc")
    with pytest.raises(StatisticsError, match="margin: got 0"):
        AnalysisPlan(margin=0)
