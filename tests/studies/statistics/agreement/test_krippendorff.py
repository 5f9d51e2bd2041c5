"""Krippendorff's own example on three scales, and the edges."""

import pytest

from studies.statistics.agreement import krippendorff_alpha
from studies.statistics.errors import StatisticsError
from tests.studies.statistics.agreement.conftest import rows


# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): nominal .743, ordinal .815, interval .849
@pytest.mark.parametrize(("level", "value"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_published_example_is_met_on_each_scale(level, value, observers):
    found = krippendorff_alpha(observers, level=level)
    assert round(found.value, 3) == value
    assert (found.cases, found.readers) == (11, 4)  # the unit with one answer does not count
    assert found.interval.lower < found.value < found.interval.upper


def test_two_readers_of_a_binary_answer_meet_the_definition():
    # Krippendorff (2011), example B: two observers, ten units, alpha .095
    found = krippendorff_alpha(rows([0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]))
    assert found.value == pytest.approx(0.095, abs=0.0005)


def test_same_answers_everywhere_are_undefined_with_a_word():
    found = krippendorff_alpha(rows([1, 1, 1], [1, 1, 1]))
    assert (found.value, found.note) == (None, "not defined: all answers are the same")


def test_perfect_agreement_is_one():
    assert krippendorff_alpha(rows([1, 2, 3, 1], [1, 2, 3, 1])).value == 1


def test_cases_read_once_leave_nothing_to_compare():
    found = krippendorff_alpha(rows([1, None], [None, 2]))
    assert found.note == "not defined: no case was read by two readers"


def test_scale_of_another_kind_is_refused():
    with pytest.raises(StatisticsError, match="level: got 'ratio'"):
        krippendorff_alpha(rows([1], [1]), level="ratio")
    with pytest.raises(StatisticsError, match="expected numbers on an interval scale"):
        krippendorff_alpha(rows(["a"], ["b"]), level="interval")
