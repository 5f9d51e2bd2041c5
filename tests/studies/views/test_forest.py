"""Every mark of the plot lies where its number says."""

import pytest

from studies.statistics.confusion import Confusion
from studies.statistics.report import report_from_counts
from studies.views.forest import LEFT, RIGHT, forest
from tests.golden.table2 import COUNTS


def test_marks_lie_between_their_limits_and_on_the_axis():
    plot = forest(report_from_counts(COUNTS, margin=0.05))
    assert [line.kind for line in plot.lines] == ["reader"] * 6 + ["mean", "pooled", "baseline"]
    for line in plot.lines:
        assert LEFT <= line.x_lower <= line.x <= line.x_upper <= RIGHT
        assert line.x == pytest.approx(LEFT + (RIGHT - LEFT) * float(line.value), abs=0.3)
    assert plot.title == "3 of 6 readers are shown to be right more often than not"


def test_interval_beyond_the_axis_is_cut_in_the_drawing_and_told_in_numbers():
    plot = forest(report_from_counts({"A": Confusion(9, 1, 1, 9), "B": Confusion(3, 5, 7, 5)}, margin=0.05))
    mean = next(line for line in plot.lines if line.kind == "mean")
    assert (mean.x_lower, mean.x_upper) == (LEFT, RIGHT)
    assert mean.limits.startswith("-")


def test_one_reader_has_no_mean():
    plot = forest(report_from_counts({"A": COUNTS["Senior 0"]}, margin=0.05))
    assert "mean" not in [line.kind for line in plot.lines]
    assert plot.title == "The reader's accuracy is shown to be above one half"
