"""Ability and bias of the paper's readers."""

import math

import pytest

from studies.statistics.confusion import Confusion
from studies.statistics.intervals import t_interval
from studies.statistics.signal_detection import signal_detection
from tests.golden.table2 import COUNTS, DERIVED


@pytest.mark.parametrize("reader", COUNTS)
def test_ability_and_criterion_match_to_the_digits_shown(reader):
    found = signal_detection(COUNTS[reader])
    d_prime, error, criterion, *_ = DERIVED[reader]
    values = (found.d_prime, 1.96 * found.standard_error, found.criterion)
    assert [round(value, 2) for value in values] == [d_prime, error, criterion]


def test_mean_ability_over_readers_matches():
    result = t_interval([signal_detection(table).d_prime for table in COUNTS.values()])
    assert [round(v, 5) for v in (result.mean, result.interval.lower, result.interval.upper)] == [
        0.83106, -0.19205, 1.85417,
    ]  # fmt: skip


def test_perfect_reader_has_a_finite_ability():
    assert 4 < signal_detection(Confusion(50, 0, 0, 50)).d_prime < 6


def test_reader_of_one_class_has_no_ability():
    assert signal_detection(Confusion(5, 0, 5, 0)) is None


def test_beta_is_the_ratio_of_the_densities_at_the_criterion():
    found = signal_detection(COUNTS["Senior 2"])
    assert found.beta == pytest.approx(math.exp(found.d_prime * found.criterion))
    assert found.beta_interval.lower < found.beta < found.beta_interval.upper


def test_swapping_the_classes_keeps_ability_and_turns_the_criterion():
    table = COUNTS["Junior 0"]
    one, other = signal_detection(table), signal_detection(Confusion(table.tn, table.fn, table.fp, table.tp))
    assert one.d_prime == pytest.approx(other.d_prime)
    assert one.criterion == pytest.approx(-other.criterion)
    assert one.criterion_interval.lower == pytest.approx(-other.criterion_interval.upper)
