"""The binormal ROC curve, fitted by maximum likelihood to ratings in categories."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import ndtr, ndtri

from studies.statistics.checks import require_confidence
from studies.statistics.intervals import Interval, estimate_interval
from studies.statistics.roc.empirical import split

Floats = NDArray[np.float64]
MOST_CATEGORIES = 12
STEP = 1e-4


@dataclass(frozen=True)
class Binormal:
    """TPF = Phi(a + b z(FPF)) and its area Phi(a / sqrt(1 + b^2)); all None where no curve fits, with a note."""

    a: float | None
    b: float | None
    auc: float | None
    standard_error: float | None
    interval: Interval | None
    categories: int
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name."""
        return vars(self) | {"interval": self.interval.to_dict() if self.interval else None}

    def true_positive_fraction(self, false_positive_fraction: ArrayLike) -> Floats:
        """Return the fitted TPF at each FPF in [0, 1]; NaN where no curve fits."""
        x = np.asarray(false_positive_fraction, dtype=np.float64)
        if self.a is None or self.b is None:
            return np.full(x.shape, np.nan)
        return np.asarray(ndtr(self.a + self.b * ndtri(x)))


def binormal(truth: ArrayLike, rating: ArrayLike, *, confidence: float = 0.95) -> Binormal:
    """Return the maximum-likelihood binormal curve: negatives N(0, 1), positives N(a / b, 1 / b^2).

    Ratings with more than 12 values are grouped into 12 categories of about equal size. The interval of the area
    is normal on the scale of z(AUC), its variance from the inverse of the observed information.

    Source: Dorfman and Alf, J. Math. Psychol. 6 (1969) 487; Metz, Herman and Shen, Stat. Med. 17 (1998) 1033
    (grouping of continuous ratings, ours by equal sizes).

    Args:
        truth: (n,) booleans, true for positive.
        rating: (n,) numbers that rise with suspicion; NaN is left out.
        confidence: of the interval, in (0, 1).

    Raises:
        StatisticsError: for arrays that `split` refuses.
    """
    require_confidence(confidence)
    counts = _counts(*split(truth, rating))
    categories = counts.shape[1]
    reason = _unfit(counts)
    if reason:
        return Binormal(None, None, None, None, None, categories, reason)
    start = _start(counts)
    found = minimize(_loss, start, args=(counts,), method="BFGS", options={"gtol": 1e-6, "maxiter": 500})
    a, b = float(found.x[0]), math.exp(float(found.x[1]))
    if not math.isfinite(found.fun) or not 0.05 < b < 20 or abs(a) > 20:
        return Binormal(
            None, None, None, None, None, categories, "no curve: the fit runs off (degenerate ratings)"
        )
    z = a / math.sqrt(1 + b * b)
    error = _z_error(found.x, counts, a, b)
    auc = NormalDist().cdf(z)
    if error is None:
        return Binormal(a, b, auc, None, None, categories, "no interval: the information is singular")
    limits = estimate_interval(z, error, math.inf, confidence)
    interval = Interval(NormalDist().cdf(limits.lower), NormalDist().cdf(limits.upper))
    return Binormal(a, b, auc, error * NormalDist().pdf(z), interval, categories)


def _counts(negative: Floats, positive: Floats) -> Floats:
    """Return (2, k) counts by category, k at most 12."""
    pooled = np.concatenate([negative, positive])
    values = np.unique(pooled)
    if len(values) > MOST_CATEGORIES:
        edges = np.unique(np.quantile(pooled, np.linspace(0, 1, MOST_CATEGORIES + 1)[1:-1]))
        negative, positive = (
            np.searchsorted(edges, part, side="left").astype(float) for part in (negative, positive)
        )
        values = np.arange(len(edges) + 1, dtype=np.float64)
    counts = np.array([[(part == value).sum() for value in values] for part in (negative, positive)], float)
    return counts[:, counts.sum(axis=0) > 0]


def _unfit(counts: Floats) -> str:
    """Return why no curve can be fitted, or nothing."""
    both = (counts > 0).all(axis=0)
    if counts.shape[1] < 3:
        return f"no curve: ratings in {counts.shape[1]} of at least 3 categories"
    if both.sum() < 2:
        return "no curve: the classes share fewer than two categories (degenerate ratings)"
    return ""


def _start(counts: Floats) -> Floats:
    """Return a = probit of the means, ln b = 0 and thresholds from the negatives, as increments."""
    smooth = counts + 0.5
    below = np.cumsum(smooth, axis=1)[:, :-1] / smooth.sum(axis=1, keepdims=True)
    thresholds = ndtri(below[0])
    a = float(np.mean(thresholds - ndtri(below[1])))
    steps = np.log(np.maximum(np.diff(thresholds), 1e-3))
    return np.concatenate([[a, 0.0, thresholds[0]], steps])


def _loss(parameters: Floats, counts: Floats) -> float:
    """Return the negative log likelihood of a, ln b, the first threshold and the logarithms of the steps."""
    a, b = parameters[0], math.exp(min(max(parameters[1], -5.0), 5.0))
    steps = np.exp(np.clip(parameters[3:], -30, 5))
    thresholds = np.concatenate([[parameters[2]], parameters[2] + np.cumsum(steps)])
    below = np.stack([ndtr(thresholds), ndtr(b * thresholds - a)])
    edges = np.concatenate([np.zeros((2, 1)), below, np.ones((2, 1))], axis=1)
    shares = np.maximum(np.diff(edges, axis=1), 1e-12)
    return -float((counts * np.log(shares)).sum())


def _z_error(parameters: Floats, counts: Floats, a: float, b: float) -> float | None:
    """Return the standard error of a / sqrt(1 + b^2) by the delta method, None with singular information."""
    size = len(parameters)
    steps = np.eye(size) * STEP
    information = np.zeros((size, size))
    for i in range(size):
        for j in range(i, size):
            plus, minus = steps[i] + steps[j], steps[i] - steps[j]
            second = (
                _loss(parameters + plus, counts)
                - _loss(parameters + minus, counts)
                - _loss(parameters - minus, counts)
                + _loss(parameters - plus, counts)
            )
            information[i, j] = information[j, i] = second / (4 * STEP * STEP)
    # A threshold step that the data push to 0 has no information: the pseudo-inverse holds it there.
    gradient = np.zeros(size)
    gradient[0] = 1 / math.sqrt(1 + b * b)
    gradient[1] = -a * b * b / (1 + b * b) ** 1.5
    variance = float(gradient @ np.linalg.pinv(information, rcond=1e-8) @ gradient)
    return math.sqrt(variance) if math.isfinite(variance) and variance > 0 else None
