"""The simulated core against what is known of queues in closed form."""

from __future__ import annotations

import pytest

from bench.capacity.queueing import Step, simulate


def test_one_reader_waits_for_nobody():
    seen = simulate(
        1, [Step(0.03, 0.01), Step(0.05, 0.0, after_look=True)], look_s=0.2, places=24, seconds=200, seed=1
    )
    assert seen.percentile(0, 0.99) == pytest.approx(0.04)
    assert seen.percentile(1, 0.99) == pytest.approx(0.05)
    assert seen.rounds_per_s == pytest.approx(1 / (0.04 + 0.05 + 0.2), rel=0.05)


def test_full_core_finishes_one_round_for_each_rounds_work():
    seen = simulate(50, [Step(0.04, 0.0, after_look=True)], look_s=0.1, places=50, seconds=100, seed=2)
    assert seen.rounds_per_s == pytest.approx(25, rel=0.02)
    # Little's law: the readers are looking or waiting.
    waits = sum(seen.waits_s[0]) / len(seen.waits_s[0])
    assert seen.rounds_per_s * (waits + 0.1) == pytest.approx(50, rel=0.05)


def test_places_bound_how_many_share_the_core_and_not_how_much_is_done():
    many, few = (
        simulate(30, [Step(0.02, 0.0, after_look=True)], look_s=0.05, places=places, seconds=60, seed=3)
        for places in (30, 1)
    )
    assert few.rounds_per_s == pytest.approx(many.rounds_per_s, rel=0.02)


def test_machine_repair_model_is_met():
    """One place, exponential looking and fixed work of a core that is half full: between M/M/1 and no variance."""
    seen = simulate(8, [Step(0.05, 0.0, after_look=True)], look_s=0.75, places=1, seconds=500, seed=4)
    mean = sum(seen.waits_s[0]) / len(seen.waits_s[0])
    assert 0.05 < mean < 0.05 / (1 - 8 * 0.05 / 0.8)
