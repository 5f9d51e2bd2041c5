"""Simulated readers of table 2 give the paper's counts for any seed."""

from __future__ import annotations

import statistics

import pytest

from studies.design.simulated_reader import CASE_PART, TABLE_2, simulated_calls

TRUTHS = {f"c{number:03}": number < 182 for number in range(298)}


def test_simulated_calls_of_table2_give_the_papers_counts_for_any_seed():
    for seed in range(5):
        for reader, counts in enumerate(TABLE_2):
            calls = simulated_calls(TRUTHS, "table2", reader, seed)
            said = [TRUTHS[code] for code, value in calls.items() if value > 0]
            assert (said.count(True), said.count(False)) == counts


def test_simulated_calls_are_the_same_for_the_same_seed():
    first, second = (simulated_calls(TRUTHS, "able", 0, 3) for _ in range(2))
    assert first == second


def test_simulated_calls_have_the_ability_and_criterion_of_the_preset():
    truths = {f"c{number:05}": number % 2 == 0 for number in range(8000)}
    calls = simulated_calls(truths, "mixed", 2, 5)
    means = [statistics.fmean(calls[code] for code in truths if truths[code] is flag) for flag in (True, False)]
    spread = statistics.stdev(value for code, value in calls.items() if truths[code])
    assert means[0] - means[1] == pytest.approx(2.2, abs=0.1)
    assert -sum(means) / 2 == pytest.approx(0.3, abs=0.05)
    assert spread == pytest.approx(1, abs=0.03)


def test_readers_share_what_is_hard_about_a_case():
    truths = {f"c{number:05}": False for number in range(4000)}
    first, second = (simulated_calls(truths, "chance", reader, 5) for reader in range(2))
    shared = statistics.correlation([first[code] for code in truths], [second[code] for code in truths])
    assert shared == pytest.approx(CASE_PART, abs=0.05)
