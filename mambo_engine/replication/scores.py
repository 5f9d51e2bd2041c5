"""How well scores tell two classes apart: area under the curve, recall and F1.

Source: Hanley and McNeil, Radiology 143 (1982) 29 (the area is the chance that a positive case scores higher than
a negative one, ties counted half).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

THRESHOLD = 0.5
Scores = NDArray[np.floating]
Truth = NDArray[np.bool_]


def auc(scores: Scores, truth: Truth) -> float:
    """Area under the receiver operating characteristic; 0.5, which says nothing, where a class is missing.

    Args:
        scores: (n,) higher means positive.
        truth: (n,).
    """
    positives = int(truth.sum())
    negatives = len(truth) - positives
    if not positives or not negatives:
        return 0.5
    ranks = rankdata(scores)
    return float((ranks[truth].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def recall(scores: Scores, truth: Truth) -> float:
    """Share of positive cases that score above one half; 0 where there is none."""
    return float((scores[truth] > THRESHOLD).mean()) if truth.any() else 0.0


def f1(scores: Scores, truth: Truth) -> float:
    """Harmonic mean of recall and precision at one half; 0 where nothing is found."""
    called = scores > THRESHOLD
    hits = int((called & truth).sum())
    return 2 * hits / (int(called.sum()) + int(truth.sum())) if hits else 0.0
