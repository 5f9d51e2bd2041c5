"""Power and coverage by simulation, in small."""

import pytest

from studies.statistics.errors import StatisticsError
from studies.statistics.power import RoeMetz, Variances, interval_coverage, simulated_power

SMALL = Variances(0.01, 0.1, 0.2)
SAME = RoeMetz({"A": 1.0, "B": 1.0}, SMALL, SMALL)
APART = RoeMetz({"A": 0.2, "B": 1.6}, SMALL, SMALL)


def test_a_large_difference_is_shown_and_none_is_rarely_shown():
    assert simulated_power(APART, 4, 25, 25, runs=40).power > 0.8
    assert simulated_power(SAME, 4, 25, 25, runs=40).power < 0.2


def test_one_modality_is_compared_with_one_half():
    blind = RoeMetz({"A": 0.0}, SMALL, SMALL)
    assert simulated_power(blind, 4, 25, 25, runs=40).power < 0.2
    assert simulated_power(blind, 6, 60, 60, runs=40, margin=0.2).power > 0.8


def test_intervals_hold_the_truth_about_as_often_as_stated():
    found = interval_coverage(SAME, 4, 20, 20, runs=60)
    assert set(found.shares) == {"A", "B", "difference"}
    assert all(share > 0.85 for share in [*found.shares.values(), *found.logit_shares.values()])


def test_same_seed_gives_the_same_power():
    assert simulated_power(SAME, 3, 10, 10, runs=10, seed=5) == simulated_power(SAME, 3, 10, 10, runs=10, seed=5)


def test_too_few_runs_are_refused():
    with pytest.raises(StatisticsError, match="runs: got 2"):
        simulated_power(SAME, 3, 10, 10, runs=2)
