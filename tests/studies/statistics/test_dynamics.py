"""Learning, fatigue and times over the order of trials."""

import json

import numpy as np
import pandas as pd
import pytest

from studies.statistics.dynamics import order_effect, reader_dynamics
from studies.statistics.errors import StatisticsError


def study(slope, *, readers=8, trials=120, seed=0):
    rng = np.random.default_rng(seed)
    rows = []
    for reader in range(readers):
        for order in range(trials):
            truth = bool(rng.random() < 0.5)
            right = rng.random() < 1 / (1 + np.exp(-(0.3 + slope * order / (trials - 1))))
            seconds = 30 - 20 * order / trials + rng.uniform(0, 1)
            rows.append(
                {
                    "reader": f"r{reader}",
                    "order": order,
                    "truth": truth,
                    "answer": truth == right,
                    "seconds": seconds,
                }
            )
    return pd.DataFrame(rows)


def test_learning_and_fatigue_are_told_apart():
    learning, tiring, steady = (order_effect(study(slope)) for slope in (2, -2, 0))
    assert learning.interval.lower > 1
    assert tiring.interval.upper < 1
    assert steady.interval.lower < 1 < steady.interval.upper
    assert learning.note == "8 readers: the error is likely too small"


def test_blocks_hold_every_reading_and_time_falls():
    frame = study(0)
    found = reader_dynamics(frame, blocks=4)
    assert [sum(block.counts.n for block in reader.blocks) for reader in found] == [120] * 8
    assert found[0].time_trend.tau < -0.9
    assert found[0].blocks[0].median_seconds > found[0].blocks[-1].median_seconds
    assert found[0].seconds[0] < found[0].seconds[1] < found[0].seconds[2]
    json.dumps([reader.to_dict() for reader in found], allow_nan=False)


def test_order_of_rows_does_not_matter():
    frame = study(1)
    assert reader_dynamics(frame) == reader_dynamics(frame.sample(frac=1, random_state=1))


def test_all_right_have_no_trend_and_say_so():
    frame = study(0).assign(answer=lambda rows: rows["truth"])
    assert order_effect(frame).note == "not defined: all answers are right, or all wrong"
    assert reader_dynamics(frame)[0].accuracy_trend.note.startswith("no trend")


def test_two_trials_with_one_number_are_refused():
    with pytest.raises(StatisticsError, match="same reader, order"):
        reader_dynamics(study(0).assign(order=1))
