"""The empirical ROC curve and its area, ties at one half."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

from studies.statistics.checks import boolean_array
from studies.statistics.errors import StatisticsError

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RocCurve:
    """Corners of an ROC curve from (0, 0) to (1, 1).

    Attributes:
        false_positive_fraction: (k,) rising; `true_positive_fraction`: (k,).
        thresholds: (k,) a rating at or above it counts as positive; infinite at (0, 0); None for a mean curve.
    """

    false_positive_fraction: Floats
    true_positive_fraction: Floats
    thresholds: Floats | None

    @property
    def auc(self) -> float:
        """The area below the straight lines between the corners."""
        x, y = self.false_positive_fraction, self.true_positive_fraction
        return float(np.sum(np.diff(x) * (y[1:] + y[:-1]) / 2))

    def to_dict(self) -> dict[str, Any]:
        """Return the corners as lists; the infinite threshold is None."""
        thresholds = None
        if self.thresholds is not None:
            thresholds = [float(value) if np.isfinite(value) else None for value in self.thresholds]
        return {
            "false_positive_fraction": self.false_positive_fraction.tolist(),
            "true_positive_fraction": self.true_positive_fraction.tolist(),
            "thresholds": thresholds,
            "auc": self.auc,
        }


def split(truth: ArrayLike, rating: ArrayLike) -> tuple[Floats, Floats]:
    """Return the ratings of negatives and of positives; readings with a NaN rating are left out.

    Raises:
        StatisticsError: for unequal lengths, truth that is not boolean, ratings that are no finite numbers, or a
            class without a rating.
    """
    is_positive, values = boolean_array(truth, "truth"), np.asarray(rating)
    if is_positive.ndim != 1 or is_positive.shape != values.shape:
        raise StatisticsError(f"got shapes {is_positive.shape} and {values.shape}, expected two equal (n,)")
    try:
        values = values.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise StatisticsError(f"rating: got {values.dtype}, expected numbers", column="rating") from error
    if np.isinf(values).any():
        raise StatisticsError("rating: got infinity, expected finite numbers", column="rating")
    known = ~np.isnan(values)
    negative, positive = values[known & ~is_positive], values[known & is_positive]
    if not len(negative) or not len(positive):
        word = "positive" if len(negative) else "negative"
        raise StatisticsError(f"truth: got no {word} case with a rating, expected both classes", column="truth")
    return negative, positive


def empirical_auc(truth: ArrayLike, rating: ArrayLike) -> float:
    """Return the chance that a positive is rated above a negative, ties at one half (Mann-Whitney U / (n0 n1)).

    Source: Hanley and McNeil, Radiology 143 (1982) 29.

    Args:
        truth: (n,) booleans, true for positive.
        rating: (n,) numbers that rise with suspicion; NaN is left out.

    Raises:
        StatisticsError: for arrays that `split` refuses.
    """
    negative, positive = split(truth, rating)
    ranks = rankdata(np.concatenate([negative, positive]))[len(negative) :]
    pairs = len(negative) * len(positive)
    return float((ranks.sum() - len(positive) * (len(positive) + 1) / 2) / pairs)


def roc_curve(truth: ArrayLike, rating: ArrayLike) -> RocCurve:
    """Return the curve with one corner per rating value.

    Args:
        truth: (n,) booleans, true for positive.
        rating: (n,) numbers that rise with suspicion; NaN is left out.

    Raises:
        StatisticsError: for arrays that `split` refuses.
    """
    negative, positive = split(truth, rating)
    values = np.unique(np.concatenate([negative, positive]))[::-1]

    def share(ratings: Floats) -> Floats:
        below = np.searchsorted(np.sort(ratings), values, side="left")
        return np.concatenate([[0.0], 1 - below / len(ratings)])

    return RocCurve(share(negative), share(positive), np.concatenate([[np.inf], values]))


def mean_roc(curves: Sequence[RocCurve], points: int = 101) -> RocCurve:
    """Return the vertical mean: TPF averaged over readers at equal FPF.

    At an FPF where a curve rises straight up its upper end counts, at 0 the lower, so the mean starts at (0, 0).

    Source: Chen and Samuelson, Br. J. Radiol. 87 (2014) 20140016 (averages of ROC curves).

    Args:
        curves: at least one.
        points: number of equal steps of FPF, at least 2; the curves' own corners are added.

    Raises:
        StatisticsError: without a curve.
    """
    if not curves:
        raise StatisticsError("got no curve, expected at least one")
    corners = [curve.false_positive_fraction for curve in curves]
    grid = np.unique(np.concatenate([np.linspace(0, 1, points), *corners]))
    upper = np.mean([_at(curve, grid, "right") for curve in curves], axis=0)
    lower = np.mean([_at(curve, grid, "left") for curve in curves], axis=0)
    return RocCurve(np.repeat(grid, 2), np.stack([lower, upper], axis=1).ravel(), None)


def _at(curve: RocCurve, grid: Floats, side: str) -> Floats:
    """Return TPF at each FPF; on an upright piece its upper ("right") or lower ("left") end."""
    x, y = curve.false_positive_fraction, curve.true_positive_fraction
    value = np.interp(grid, x, y)
    first, last = np.searchsorted(x, grid, "left"), np.searchsorted(x, grid, "right") - 1
    on_corner = last >= first
    ends = last if side == "right" else first
    value[on_corner] = y[ends[on_corner]]
    return np.asarray(value)
