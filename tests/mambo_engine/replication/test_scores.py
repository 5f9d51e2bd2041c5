from __future__ import annotations

import numpy as np
import pytest

from mambo_engine.replication.scores import auc, f1, recall

TRUTH = np.array([False, False, True, True])


@pytest.mark.parametrize(
    ("scores", "expected"),
    [([0.1, 0.2, 0.8, 0.9], 1.0), ([0.9, 0.8, 0.2, 0.1], 0.0), ([0.5] * 4, 0.5), ([0.1, 0.6, 0.4, 0.9], 0.75)],
)
def test_auc_is_the_chance_that_a_positive_scores_higher(scores: list[float], expected: float) -> None:
    assert auc(np.array(scores), TRUTH) == pytest.approx(expected)


def test_auc_of_one_class_says_nothing() -> None:
    assert auc(np.array([0.2, 0.9]), np.array([True, True])) == 0.5


def test_recall_and_f1_at_one_half() -> None:
    scores = np.array([0.7, 0.2, 0.6, 0.4])
    assert recall(scores, TRUTH) == 0.5
    assert f1(scores, TRUTH) == pytest.approx(0.5)
    assert f1(np.zeros(4), TRUTH) == 0.0
    assert recall(scores, np.zeros(4, dtype=bool)) == 0.0
