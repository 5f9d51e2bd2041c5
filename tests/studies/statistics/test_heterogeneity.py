"""What the paper's pooled interval hides, from its own counts."""

import pytest

from studies.statistics.counts import Confusion
from studies.statistics.errors import StatisticsError
from studies.statistics.heterogeneity import group_difference, heterogeneity
from tests.golden.table2 import COUNTS


def test_the_papers_readers_are_far_apart():
    # derived from the inverted Table 2: chi2 133.83, df 5, p 3.7e-27; design effect 26.77; intraclass .0854
    found = heterogeneity(COUNTS)
    assert (round(found.chi2, 2), found.df, f"{found.p:.1e}") == (133.83, 5, "3.7e-27")
    assert round(found.design_effect, 2) == 26.77
    assert round(found.intraclass_correlation, 4) == 0.0854


def test_the_papers_juniors_and_seniors_are_not_shown_to_differ():
    # juniors .586, seniors .678, Welch t -.741, df 4.00, p .4996
    groups = [[COUNTS[f"{group} {number}"].accuracy for number in range(3)] for group in ("Junior", "Senior")]
    found = group_difference(*groups)
    assert (round(found.first, 3), round(found.second, 3)) == (0.586, 0.678)
    assert (round(found.t, 3), round(found.df, 2), round(found.p, 4)) == (-0.741, 4.0, 0.4996)


def test_readers_alike_have_a_design_effect_of_nothing():
    found = heterogeneity({"a": Confusion(3, 1, 1, 3), "b": Confusion(3, 1, 1, 3)})
    assert (found.chi2, found.p, found.design_effect) == (0, 1, 0)
    assert found.intraclass_correlation < 0


def test_all_right_is_undefined_with_a_word():
    found = heterogeneity({"a": Confusion(3, 0, 0, 3), "b": Confusion(3, 0, 0, 3)})
    assert (found.chi2, found.note) == (None, "not defined: all answers are right, or all wrong")


def test_group_of_one_has_no_test():
    assert group_difference([0.5], [0.6, 0.7]).note.startswith("no test")


def test_one_reader_is_refused():
    with pytest.raises(StatisticsError, match="got 1 readers"):
        heterogeneity({"a": Confusion(3, 1, 1, 3)})
