"""What a run says: losses are wrong, pauses overlap their fault, what was not seen is said to be."""

from __future__ import annotations

import math

import pytest

from bench.cluster.report import keep, rows, table
from bench.cluster.scenario import Met, Outcome, _longest

MET = Met("link cut", at=1.0, lasted=12.0, pause=2.5, wait=3.0, answer=0.5, picture=4.0, back=math.inf)
CALM = {
    "answers": 12,
    "lost": 0,
    "doubled": 0,
    "faults": {"lost_reply": 2},
    "unexpected": [],
    "chain_intact": True,
}


def outcome(**told: int) -> Outcome:
    found = Outcome(
        rehearsal=dict(CALM), met=[Met("link cut", 1.0, 12.0, 2.5, 3.0, answer=0.5, picture=4.0, back=1.0)]
    )
    found.told.update({"answers lost": 0, "answers that were confirmed": 9} | told)
    return found


def wrong(found: Outcome) -> list[str]:
    return [row.what for row in rows(found) if row.wrong]


def test_rows_of_a_run_without_loss_are_right():
    assert wrong(outcome()) == []


@pytest.mark.parametrize("what", ["answers lost", "broken records", "pictures unlike the undisturbed"])
def test_rows_with_a_loss_are_wrong(what):
    assert wrong(outcome(**{what: 1})) == [what]


def test_rows_with_a_host_that_did_not_come_back_are_wrong():
    found = outcome()
    found.met = [MET]
    assert wrong(found) == ["link cut: until all goes on"]


def test_rows_of_a_rehearsal_with_a_broken_chain_are_wrong():
    found = outcome()
    found.rehearsal["chain_intact"] = False
    assert wrong(found) == ["rehearsal: broken records"]


def test_table_says_what_was_not_seen():
    assert "| link cut | 1.0 s | 12.0 s | 2.5 s | 3.0 s | 0.5 s | 4.0 s | not seen | 0 | 0 |" in table([MET])


def test_table_has_a_heading_for_each_column():
    assert {line.count("|") for line in table([MET]).splitlines()} == {11}


def test_pause_reaches_from_the_last_answer_before_the_fault_to_the_next_one():
    assert _longest([1.0, 9.0, 21.0, 22.0], began=10.0, ended=22.5) == 12.0
    assert _longest([], began=10.0, ended=12.5) == 2.5


def test_keep_puts_the_table_between_the_markers_of_the_page(tmp_path):
    page = tmp_path / "cluster.md"
    page.write_text("before\n<!-- faults: begin -->\nold\n<!-- faults: end -->\nafter\n")
    keep(outcome(), page, quick=True)
    text = page.read_text()
    assert text.startswith("before\n")
    assert text.endswith("<!-- faults: end -->\nafter\n")
    assert "QUICK" in text
    assert "old" not in text
    page.write_text("nothing")
    with pytest.raises(ValueError, match="got no markers"):
        keep(outcome(), page, quick=True)
