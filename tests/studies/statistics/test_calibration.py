"""Stated probabilities against what was found."""

import json

import numpy as np
import pytest

from studies.statistics.calibration import calibration, probability_of_rating
from studies.statistics.errors import StatisticsError


def test_scores_by_hand():
    found = calibration(np.array([True, True, False, False]), [0.9, 0.6, 0.6, 0.1], bins=2)
    assert found.brier == pytest.approx((0.01 + 0.16 + 0.36 + 0.01) / 4)
    assert found.brier_of_prevalence == pytest.approx(0.25)
    # bins: .1 with none positive, and .7 stated with 2 of 3 positive
    assert [part.n for part in found.bins] == [1, 3]
    assert found.ece == pytest.approx((0.1 + 3 * (0.7 - 2 / 3)) / 4)
    assert found.type_2_auc == pytest.approx(5 / 6)  # right with .4, .1, .4; wrong with .1: one tie of three
    json.dumps(found.to_dict(), allow_nan=False)


def test_honest_probabilities_have_a_small_ece():
    rng = np.random.default_rng(0)
    probability = rng.uniform(size=20000)
    found = calibration(rng.uniform(size=20000) < probability, probability)
    assert found.ece < 0.02
    assert sum(part.interval.lower <= part.mean_probability <= part.interval.upper for part in found.bins) >= 8


def test_all_right_has_no_type_2_auc_and_says_so():
    found = calibration(np.array([True, False]), [0.9, 0.1])
    assert found.type_2_auc is None
    assert found.note.startswith("no type-2 AUC")


def test_signed_confidence_becomes_a_probability():
    assert probability_of_rating([-6, -3, 3, 6], 6).tolist() == [0, 0.25, 0.75, 1]
    with pytest.raises(StatisticsError, match="expected -6 to 6, not 0"):
        probability_of_rating([0], 6)


def test_probability_out_of_range_is_refused():
    with pytest.raises(StatisticsError, match=r"probability: got 0\.2 to 1\.5"):
        calibration(np.array([True, False]), [0.2, 1.5])
