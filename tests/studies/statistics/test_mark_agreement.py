"""Whether two readers marked the same places."""

import numpy as np
import pandas as pd
import pytest

from studies.statistics.errors import StatisticsError
from studies.statistics.mark_agreement import iou, mark_agreement


def marks(*rows):
    return pd.DataFrame(rows, columns=["reader", "case", "x", "y", "width", "height"])


def test_close_marks_match_once_and_far_ones_do_not():
    found = mark_agreement(
        marks(("a", 1, 0, 0, 1, 1), ("a", 1, 3, 0, 1, 1), ("b", 1, 1, 0, 1, 1), ("b", 2, 0, 0, 1, 1)), limit=5
    )[0]
    assert (found.first_marks, found.second_marks, found.matched) == (2, 2, 1)
    assert found.agreement == pytest.approx(0.5)


def test_boxes_match_by_what_they_share():
    rows = marks(("a", 1, 0, 0, 10, 10), ("b", 1, 5, 0, 10, 10))
    assert iou(np.array([[0, 0, 10, 10]]), np.array([[5, 0, 10, 10]]))[0, 0] == pytest.approx(1 / 3)
    assert mark_agreement(rows, by="iou", limit=0.3)[0].matched == 1
    assert mark_agreement(rows, by="iou", limit=0.4)[0].matched == 0


def test_readers_exchanged_agree_as_much():
    rng = np.random.default_rng(2)
    rows = marks(
        *[(reader, case, *rng.uniform(0, 20, 2), 1, 1) for reader in "ab" for case in range(5) for _ in range(3)]
    )
    other = rows.assign(reader=rows["reader"].map({"a": "b", "b": "a"}))
    assert mark_agreement(rows, limit=4)[0].matched == mark_agreement(other, limit=4)[0].matched


def test_limit_out_of_range_is_refused():
    with pytest.raises(StatisticsError, match="limit: got 2, expected above 0 and at most 1"):
        mark_agreement(marks(("a", 1, 0, 0, 1, 1)), by="iou", limit=2)
