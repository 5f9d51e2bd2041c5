"""How much readers differ: what one pooled proportion hides."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, variance
from typing import Any

from scipy.special import chdtrc
from scipy.stats import ttest_ind

from studies.statistics.counts import Confusion
from studies.statistics.errors import StatisticsError


@dataclass(frozen=True)
class Heterogeneity:
    """Differences in accuracy between readers.

    Attributes:
        chi2: of readers by right and wrong answers, with `df` and `p`; None where all are right, or all wrong.
        design_effect: variance of the mean over readers by that of pooled independent readings; above 1 the pooled
            interval is too narrow by its root.
        intraclass_correlation: of readings of one reader, one-way analysis of variance; may be below 0.
    """

    chi2: float | None
    df: int
    p: float | None
    design_effect: float | None
    intraclass_correlation: float | None
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name."""
        return dict(vars(self))


def heterogeneity(tables: Mapping[str, Confusion]) -> Heterogeneity:
    """Return how far the readers' accuracies lie apart.

    chi2 = sum (right - n p)^2 / (n p (1 - p)); design effect = (s^2 / J) / (p (1 - p) / N); intraclass correlation
    = (MSB - MSW) / (MSB + (m - 1) MSW), m = (N - sum n^2 / N) / (J - 1).

    Source: Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions (2003), chapters 9 and 15.

    Args:
        tables: counts by reader, at least two readers with a reading.

    Raises:
        StatisticsError: with fewer than two readers who read something.
    """
    read = [(table.tp + table.tn, table.n) for table in tables.values() if table.n]
    if len(read) < 2:
        raise StatisticsError(f"got {len(read)} readers with a reading, expected at least 2", column="reader")
    total, readers = sum(n for _, n in read), len(read)
    share = sum(right for right, _ in read) / total
    if share in (0.0, 1.0):
        note = "not defined: all answers are right, or all wrong"
        return Heterogeneity(None, readers - 1, None, None, None, note)
    chi2 = math.fsum((right - n * share) ** 2 / (n * share * (1 - share)) for right, n in read)
    effect = variance(right / n for right, n in read) / readers / (share * (1 - share) / total)
    between = math.fsum(n * (right / n - share) ** 2 for right, n in read) / (readers - 1)
    within = math.fsum(right * (1 - right / n) for right, n in read)
    icc, note = None, ""
    if total > readers:
        within /= total - readers
        size = (total - sum(n * n for _, n in read) / total) / (readers - 1)
        icc = (between - within) / (between + (size - 1) * within)
    else:
        note = "no intraclass correlation: one reading each"
    return Heterogeneity(chi2, readers - 1, float(chdtrc(readers - 1, chi2)), effect, icc, note)


@dataclass(frozen=True)
class GroupDifference:
    """Mean over the first group's readers less that over the second's, with Welch's t test."""

    first: float
    second: float
    difference: float
    t: float | None
    df: float | None
    p: float | None
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name."""
        return dict(vars(self))


def group_difference(first: Sequence[float], second: Sequence[float]) -> GroupDifference:
    """Return the difference of two groups of readers, readers random within each (Welch).

    Source: B. L. Welch, Biometrika 34 (1947) 28.

    Args:
        first: one value per reader, such as accuracy; `second`: of the other group.
        second: see above.

    Raises:
        StatisticsError: for an empty group.
    """
    if not first or not second:
        raise StatisticsError(f"got {len(first)} and {len(second)} readers, expected at least 1 of each")
    one, two = fmean(first), fmean(second)
    if min(len(first), len(second)) < 2 or variance(first) + variance(second) == 0:
        return GroupDifference(one, two, one - two, None, None, None, "no test: a group of one, or nothing varies")
    test = ttest_ind(first, second, equal_var=False)
    return GroupDifference(one, two, one - two, float(test.statistic), float(test.df), float(test.pvalue))
