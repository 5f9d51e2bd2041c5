"""Cohen's kappa against statsmodels, weighted and plain."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa

from studies.statistics.agreement import cohen_kappa, pairwise_cohen
from studies.statistics.agreement.cohen import kappa_of_table
from studies.statistics.errors import StatisticsError
from tests.studies.statistics.agreement.conftest import rows

TABLES = st.lists(st.lists(st.integers(0, 40), min_size=4, max_size=4), min_size=4, max_size=4).map(np.array)


@settings(max_examples=50)
@given(TABLES, st.sampled_from([None, "linear", "quadratic"]))
def test_value_and_error_agree_with_statsmodels(table, weights):
    found = kappa_of_table(table.astype(float), weights=weights)
    if found.value is None:
        return
    wt = {None: None, "linear": "linear", "quadratic": "quadratic"}[weights]
    expected = cohens_kappa(table, wt=wt)
    assert found.value == pytest.approx(expected.kappa, abs=1e-9)
    # ours is the variance for any kappa; where rounding leaves a tiny negative one it is 0
    assert found.standard_error**2 == pytest.approx(max(expected.var_kappa, 0), abs=1e-9)


def test_fleiss_cohen_everitt_example_is_met():
    # Fleiss, Cohen and Everitt (1969), table 1: kappa .429
    table = np.array([[53, 5, 2], [11, 14, 5], [1, 6, 3]], float)
    assert kappa_of_table(table).value == pytest.approx(0.429, abs=0.0005)


def test_blank_answers_are_left_out_by_pair():
    found = cohen_kappa([1, 2, None, 1], [1, 2, 2, None], categories=[1, 2])
    assert (found.value, found.cases) == (1, 2)


def test_order_of_the_readers_does_not_matter():
    one, two = [1, 2, 3, 1, 2, 2], [1, 3, 3, 1, 1, 2]
    assert cohen_kappa(one, two).value == pytest.approx(cohen_kappa(two, one).value)


def test_all_pairs_of_readers_have_a_kappa():
    found = pairwise_cohen(rows([0, 1, 0, 1], [0, 1, 1, 1], [0, None, 1, None]))
    assert list(found) == [("r0", "r1"), ("r0", "r2"), ("r1", "r2")]
    assert found["r0", "r2"].cases == 2


def test_nothing_read_twice_is_undefined_with_a_word():
    assert cohen_kappa([1, None], [None, 1]).note == "not defined: no case was read twice"


def test_wrong_arguments_are_refused():
    with pytest.raises(StatisticsError, match="got 1 and 2 answers"):
        cohen_kappa([1], [1, 2])
    with pytest.raises(StatisticsError, match="got answer 9"):
        cohen_kappa([1], [9], categories=[1, 2])
    with pytest.raises(StatisticsError, match="weights: got 'cubic'"):
        cohen_kappa([1, 2], [1, 2], weights="cubic")
