"""Marks against lesions, by hand and at the edges."""

import json

import numpy as np
import pandas as pd
import pytest

from studies.statistics.errors import StatisticsError
from studies.statistics.froc import froc

LESIONS = pd.DataFrame(
    [
        {"case": "d1", "x": 10.0, "y": 10.0, "radius": 5.0},
        {"case": "d1", "x": 50.0, "y": 50.0, "radius": 5.0},
        {"case": "d2", "x": 30.0, "y": 30.0, "radius": 5.0},
    ]
)
CASES = ["d1", "d2", "n1", "n2"]


def marks(*rows):
    return pd.DataFrame([dict(zip(("reader", "case", "x", "y", "rating"), row, strict=True)) for row in rows])


def test_curve_and_figure_of_merit_by_hand():
    found = froc(
        marks(("a", "d1", 11, 10, 4), ("a", "d1", 12, 12, 3), ("a", "d2", 90, 90, 2), ("a", "n1", 5, 5, 3)),
        LESIONS,
        cases=CASES,
    )[0]
    # one lesion of three hit at 4; the second mark on it counts neither way; two marks hit nothing
    assert (found.lesions, found.lesions_found, found.false_marks) == (3, 1, 2)
    assert found.thresholds.tolist() == [4, 3, 2]
    assert found.lesion_fraction == pytest.approx([1 / 3] * 3)
    assert found.false_marks_per_case == pytest.approx([0, 1 / 4, 2 / 4])
    # n1 (highest 3): d1 (1 + 0) / 2, d2 0; n2 (no mark): d1 (1 + .5) / 2, d2 .5; mean of .5, 0, .75, .5
    assert found.figure_of_merit == pytest.approx(0.4375)
    json.dumps(found.to_dict(), allow_nan=False)


def test_perfect_reader_has_a_figure_of_one_and_a_silent_one_a_half():
    perfect = [("a", row.case, row.x, row.y, 9) for row in LESIONS.itertuples()]
    one, two = froc(marks(*perfect), LESIONS, cases=CASES, readers=["a", "silent"])
    assert (one.figure_of_merit, one.lesions_found) == (1, 3)
    assert (two.figure_of_merit, two.lesions_found) == (0.5, 0)


def test_strongest_mark_takes_the_nearest_free_lesion():
    near = pd.DataFrame([{"case": "d", "x": x, "y": 0.0, "radius": 5.0} for x in (0.0, 4.0)])
    found = froc(marks(("a", "d", 3, 0, 2), ("a", "d", 3, 0, 5)), near, cases=["d", "n"])[0]
    assert (found.lesions_found, found.false_marks) == (2, 0)


def test_rising_ratings_keep_the_figure_of_merit():
    rng = np.random.default_rng(1)
    table = marks(*[("a", CASES[i % 4], *rng.uniform(0, 60, 2), float(rng.integers(1, 5))) for i in range(20)])
    one = froc(table, LESIONS, cases=CASES)[0]
    two = froc(table.assign(rating=np.exp(table["rating"])), LESIONS, cases=CASES)[0]
    assert one.figure_of_merit == two.figure_of_merit
    assert one.standard_error == two.standard_error


def test_no_normal_case_leaves_no_figure_with_a_word():
    found = froc(marks(("a", "d1", 11, 10, 4)), LESIONS, cases=["d1", "d2"])[0]
    assert (found.figure_of_merit, found.note) == (None, "no figure of merit: no case without a lesion")


def test_mark_on_an_unknown_case_is_refused_by_row():
    with pytest.raises(StatisticsError, match="case, rows 0: got a mark on x1, expected one of the 4 cases"):
        froc(marks(("a", "x1", 1, 1, 1)), LESIONS, cases=CASES)
