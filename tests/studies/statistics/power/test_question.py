"""A study's size: what the numbers say agrees with simulation and with Table 2."""

import pytest

from studies.statistics.counts import Confusion
from studies.statistics.errors import StatisticsError
from studies.statistics.power import SizeQuestion, spread_of_readers

TABLE_2 = [(118, 71), (91, 70), (133, 25), (146, 9), (115, 66), (79, 7)]
READERS = [Confusion(tp, fp, 182 - tp, 116 - fp) for tp, fp in TABLE_2]
QUESTION = SizeQuestion(0.6, 0.011, 0.6)


@pytest.mark.parametrize("reader", [0.011, 0.112, 0.46])
def test_power_is_within_the_error_of_simulation(reader):
    question = SizeQuestion(0.62, reader, 0.6)
    found = question.simulated(6, 120, runs=300, seed=4)
    assert found.interval.lower - 0.04 < question.power(6, 120) < found.interval.upper + 0.04


def test_power_of_equivalence_is_within_the_error_of_simulation():
    question = SizeQuestion(0.5, 0.011, 0.6, margin=0.12)
    found = question.simulated(8, 150, runs=300, seed=4)
    assert found.interval.lower - 0.06 < question.power(8, 150) < found.interval.upper + 0.06


def test_fewest_cases_are_the_first_that_reach_it():
    found = QUESTION.cases_for(8)
    assert QUESTION.power(8, found) >= 0.8 > QUESTION.power(8, found - 1)
    assert QUESTION.grid([8], [found])[0][0] == QUESTION.power(8, found)


def test_readers_as_unlike_as_the_papers_never_reach_it_with_six():
    spread = spread_of_readers(READERS)
    assert spread == pytest.approx(0.46065, abs=1e-5)  # half of (variance of the six d' less their errors)
    assert SizeQuestion(0.6, spread, 0.6).cases_for(6) is None


def test_shares_leave_both_classes_a_case():
    assert SizeQuestion(0.6, 0.1, 0.6, synthetic=182 / 298).classes(298) == (116, 182)
    assert SizeQuestion(0.6, 0.1, 0.6, synthetic=0.95).classes(4) == (1, 3)


def test_numbers_out_of_range_are_named():
    with pytest.raises(StatisticsError, match="auc: got 1") as caught:
        SizeQuestion(1.0, 0.1, 0.6)
    assert caught.value.column == "auc"
    with pytest.raises(StatisticsError, match="readers: got 1, expected 2 to 40"):
        QUESTION.power(1, 100)
    with pytest.raises(StatisticsError, match="cases: got 9000"):
        QUESTION.simulated(5, 9000, runs=10, seed=1)
    with pytest.raises(StatisticsError, match="expected at least 2"):
        spread_of_readers([Confusion(1, 1, 1, 1), Confusion(1, 0, 1, 0)])
