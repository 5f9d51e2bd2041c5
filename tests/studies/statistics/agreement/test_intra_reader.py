"""A reader against themselves."""

import pandas as pd
import pytest

from studies.statistics.agreement import intra_reader
from studies.statistics.errors import StatisticsError


def repeats():
    answers = {"A": [(1, 1), (0, 0), (1, 0), (0, 0)], "B": [(1, 1), (0, 0), (1, 1), (0, 0)]}
    return pd.DataFrame(
        [
            {"reader": reader, "case": case, "repeat": turn, "answer": answer}
            for reader, pairs in answers.items()
            for case, pair in enumerate(pairs)
            for turn, answer in enumerate(pair)
        ]
    )


def test_share_and_kappa_of_each_reader():
    first, second = intra_reader(repeats())
    assert (first.reader, first.same.value, first.kappa.value) == ("A", 0.75, pytest.approx(0.5))
    assert (second.same.value, second.kappa.value) == (1, 1)
    assert first.same.interval.lower < 0.75


def test_order_of_rows_does_not_matter_and_single_readings_are_left_out():
    frame = repeats()
    more = pd.concat([frame, pd.DataFrame([{"reader": "A", "case": 99, "repeat": 0, "answer": 1}])])
    found = intra_reader(more.sample(frac=1, random_state=3))
    assert found[0].kappa.cases == 4


def test_no_repeat_is_refused():
    frame = repeats()
    with pytest.raises(StatisticsError, match="repeat: got no case read twice"):
        intra_reader(frame[frame["repeat"] == 0])
