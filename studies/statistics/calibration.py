"""Whether stated confidence means what it says: reliability, Brier score, ECE, and confidence in right answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from studies.statistics.checks import boolean_array
from studies.statistics.errors import StatisticsError
from studies.statistics.intervals import Interval, wilson_interval
from studies.statistics.roc.empirical import empirical_auc

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ReliabilityBin:
    """Readings with a stated probability in [lower, upper): their mean, and the share that was positive."""

    lower: float
    upper: float
    n: int
    mean_probability: float
    share_positive: float
    interval: Interval

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name."""
        return vars(self) | {"interval": self.interval.to_dict()}


@dataclass(frozen=True)
class Calibration:
    """Scores of stated probabilities; `type_2_auc` is None with a note where all answers are right or all wrong.

    Attributes:
        brier: mean squared distance of probability and truth, 0 is best; `brier_of_prevalence`: of always saying
            the share of positives.
        ece: mean distance of stated and found shares over the bins, weighted by their readings.
        type_2_auc: chance that a right answer was given with more confidence than a wrong one.
    """

    n: int
    brier: float
    brier_of_prevalence: float
    ece: float
    type_2_auc: float | None
    bins: tuple[ReliabilityBin, ...]
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name."""
        return vars(self) | {"bins": [part.to_dict() for part in self.bins]}


def probability_of_rating(signed_rating: ArrayLike, levels: int) -> Floats:
    """Return the probability that a signed confidence states: 1/2 + rating / (2 levels), from 0 to 1.

    Args:
        signed_rating: (n,) from -levels (surely negative) to levels (surely positive), never 0; NaN stays.
        levels: number of steps of confidence, at least 1.

    Raises:
        StatisticsError: for a rating out of range.
    """
    rating = np.asarray(signed_rating, dtype=np.float64)
    known = rating[~np.isnan(rating)]
    if levels < 1 or (np.abs(known) > levels).any() or (known == 0).any():
        raise StatisticsError(
            f"rating: got {known.tolist()[:5]}, expected -{levels} to {levels}, not 0", column="rating"
        )
    return np.asarray(0.5 + rating / (2 * levels))


def calibration(
    truth: ArrayLike, probability: ArrayLike, *, bins: int = 10, confidence: float = 0.95
) -> Calibration:
    """Return reliability and scores of stated probabilities.

    Brier = mean (p - y)^2; ECE = sum n_b / n |mean p_b - share y_b| over equal bins; type-2 AUC of |p - 1/2| for
    right (p on the side of y) against wrong answers. A probability of 1/2 is no answer and left out there.

    Source: Brier, Mon. Weather Rev. 78 (1950) 1; Guo et al., ICML (2017) (ECE); Fleming and Lau, Front. Hum.
    Neurosci. 8 (2014) 443 (type 2).

    Args:
        truth: (n,) booleans, true for positive.
        probability: (n,) of positive, in [0, 1]; NaN is left out.
        bins: number of equal bins of the probability, at least 2.
        confidence: of the Wilson intervals, in (0, 1).

    Raises:
        StatisticsError: for unequal lengths, truth that is not boolean, probabilities out of range, or none.
    """
    y, p = boolean_array(truth, "truth"), np.asarray(probability, dtype=np.float64)
    if y.ndim != 1 or y.shape != p.shape:
        raise StatisticsError(f"got shapes {y.shape} and {p.shape}, expected two equal (n,)")
    y, p = y[~np.isnan(p)], p[~np.isnan(p)]
    if not len(p) or (p < 0).any() or (p > 1).any() or bins < 2:
        got = f"{p.min():g} to {p.max():g}" if len(p) else "nothing"
        raise StatisticsError(
            f"probability: got {got} in {bins} bins, expected values in [0, 1] and 2 bins or more"
        )
    edges = np.linspace(0, 1, bins + 1)
    number = np.minimum(np.digitize(p, edges[1:-1]), bins - 1)
    parts = []
    for index in np.unique(number):
        inside = number == index
        hits, n = int(y[inside].sum()), int(inside.sum())
        parts.append(
            ReliabilityBin(
                float(edges[index]),
                float(edges[index + 1]),
                n,
                float(p[inside].mean()),
                hits / n,
                wilson_interval(hits, n, confidence),
            )
        )
    ece = sum(part.n * abs(part.mean_probability - part.share_positive) for part in parts) / len(p)
    type_2, note = _type_2(y, p)
    share = float(y.mean())
    return Calibration(
        len(p), float(((p - y) ** 2).mean()), share * (1 - share), float(ece), type_2, tuple(parts), note
    )


def _type_2(y: NDArray[np.bool_], p: Floats) -> tuple[float | None, str]:
    decided = p != 0.5
    right = (p[decided] > 0.5) == y[decided]
    if not right.any() or right.all():
        return None, "no type-2 AUC: all answers are right, all wrong, or none was decided"
    return empirical_auc(right, np.abs(p[decided] - 0.5)), ""
