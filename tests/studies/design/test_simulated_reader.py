"""Simulated readers of table 2 give the paper's counts for any seed."""

from __future__ import annotations

import random

from studies.design.simulated_reader import TABLE_2, simulated_calls

TRUTHS = {f"c{number:03}": number < 182 for number in range(298)}


def test_simulated_calls_of_table2_give_the_papers_counts_for_any_seed():
    for seed in range(5):
        for reader, counts in enumerate(TABLE_2):
            calls = simulated_calls(TRUTHS, "table2", reader, random.Random(seed))
            said = [TRUTHS[code] for code, value in calls.items() if value > 0]
            assert (said.count(True), said.count(False)) == counts


def test_simulated_calls_are_the_same_for_the_same_seed():
    first, second = (simulated_calls(TRUTHS, "able", 0, random.Random(3)) for _ in range(2))
    assert first == second
