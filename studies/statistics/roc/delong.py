"""DeLong's standard error of an AUC, and of the difference of two on the same cases."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

from studies.statistics.checks import require_confidence
from studies.statistics.errors import StatisticsError
from studies.statistics.intervals import Interval, estimate_interval, two_sided_p
from studies.statistics.roc.empirical import split

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class AucEstimate:
    """AUC of one reader with DeLong's error; cases are random. The interval is cut to [0, 1]."""

    auc: float
    standard_error: float | None
    interval: Interval | None
    p: float | None
    positives: int
    negatives: int
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name; p is against 0.5."""
        return vars(self) | {"interval": self.interval.to_dict() if self.interval else None}


@dataclass(frozen=True)
class AucDifference:
    """First AUC minus second, of the same cases, with DeLong's paired error and z test."""

    first: float
    second: float
    difference: float
    standard_error: float
    interval: Interval
    p: float

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name."""
        return vars(self) | {"interval": self.interval.to_dict()}


def placements(negative: Floats, positive: Floats) -> tuple[Floats, Floats]:
    """Return (n0,) share of positives above each negative and (n1,) of negatives below each positive.

    In time n log n, from midranks.

    Source: Sun and Xu, IEEE Signal Process. Lett. 21 (2014) 1389.
    """
    n0, n1 = len(negative), len(positive)
    ranks = rankdata(np.concatenate([negative, positive]))
    below = (ranks[n0:] - rankdata(positive)) / n0
    above = 1 - (ranks[:n0] - rankdata(negative)) / n1
    return above, below


def delong(truth: ArrayLike, rating: ArrayLike, *, confidence: float = 0.95) -> AucEstimate:
    """Return AUC with var = S10 / n1 + S01 / n0, S the variances of the placements.

    Source: DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988) 837.

    Args:
        truth: (n,) booleans, true for positive.
        rating: (n,) numbers that rise with suspicion; NaN is left out.
        confidence: of the normal interval, in (0, 1).

    Raises:
        StatisticsError: for arrays that `split` refuses.
    """
    require_confidence(confidence)
    negative, positive = split(truth, rating)
    above, below = placements(negative, positive)
    auc, n0, n1 = float(below.mean()), len(negative), len(positive)
    if min(n0, n1) < 2:
        return AucEstimate(auc, None, None, None, n1, n0, "no interval: a class with one case")
    error = math.sqrt(above.var(ddof=1) / n0 + below.var(ddof=1) / n1)
    if error < 1e-12:
        return AucEstimate(
            auc, 0.0, None, None, n1, n0, "no interval: nothing varies (all tied or all told apart)"
        )
    limits = estimate_interval(auc, error, math.inf, confidence)
    interval = Interval(max(0.0, limits.lower), min(1.0, limits.upper))
    return AucEstimate(auc, error, interval, two_sided_p(auc - 0.5, error, math.inf), n1, n0)


def delong_compare(
    truth: ArrayLike, first: ArrayLike, second: ArrayLike, *, confidence: float = 0.95
) -> AucDifference:
    """Return the difference of two AUCs of the same cases.

    Args:
        truth: (n,) booleans, true for positive.
        first: (n,) ratings; `second`: (n,) other ratings of the same cases. Cases without both are left out.
        second: see above.
        confidence: of the normal interval, in (0, 1).

    Raises:
        StatisticsError: for arrays that `split` refuses, or a class of one case.
    """
    require_confidence(confidence)
    known = ~np.isnan(np.asarray(first, dtype=np.float64) + np.asarray(second, dtype=np.float64))
    is_positive = np.asarray(truth)[known]
    parts = [placements(*split(is_positive, np.asarray(values)[known])) for values in (first, second)]
    (above, below), (other_above, other_below) = parts
    if min(len(above), len(below)) < 2:
        raise StatisticsError("truth: got a class with one case, expected at least two", column="truth")
    variance = (above - other_above).var(ddof=1) / len(above) + (below - other_below).var(ddof=1) / len(below)
    error, difference = math.sqrt(variance), float(below.mean() - other_below.mean())
    return AucDifference(
        float(below.mean()),
        float(other_below.mean()),
        difference,
        error,
        estimate_interval(difference, error, math.inf, confidence),
        two_sided_p(difference, error, math.inf),
    )
