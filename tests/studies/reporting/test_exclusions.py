"""Rules stated before reading take out what they name, are counted, and free text takes out nothing."""

from __future__ import annotations

import pandas as pd
import pytest

from studies.reporting.build import full_report
from studies.reporting.document import document
from studies.reporting.exclusions import excluded
from studies.reporting.facts import StudyFacts
from studies.reporting.plan import AnalysisPlan

TABLE = pd.DataFrame(
    {
        "reader": ["a", "a", "a", "b", "b", "c"],
        "answer": [True, True, False, True, True, False],
        "seconds": [0.5, 3.0, 4.0, 0.9, 0.2, 9.0],
    }
)


@pytest.mark.parametrize(
    ("rule", "left", "readers"),
    [
        ("reading.seconds < 1", 3, ("b",)),
        ("reading.seconds > 3.5", 4, ("c",)),
        ("reader.readings < 2", 5, ("c",)),
        ("reader.same_answer > 0.9", 3, ("b", "c")),
        ("readers who slept", 6, ()),
        ("reading.seconds < 1; drop table", 6, ()),
    ],
)
def test_rule_takes_out_what_it_names(rule, left, readers):
    kept, (found,) = excluded(TABLE, [rule])
    assert len(kept) == left
    assert found.readings == len(TABLE) - left
    assert found.readers == readers
    assert bool(found.note) == (left == 6)


def test_each_rule_sees_what_the_one_before_left():
    kept, found = excluded(TABLE, ["reading.seconds < 1", "reader.readings < 2"])
    assert [one.readings for one in found] == [3, 1]
    assert set(kept["reader"]) == {"a"}


def test_report_shows_the_finding_with_and_without_exclusions(table):
    plan = AnalysisPlan(levels=3, draws=100, exclusions=("reading.seconds < 12",))
    found = full_report(table(), plan, code_version="1.0")
    block = document(found, StudyFacts("x")).block("exclusions")
    assert found.before_exclusions is not None
    assert block is not None
    assert "left out by rules stated before reading" in block.title
    assert any(text.startswith("Without any exclusion: ") for text in block.method)
