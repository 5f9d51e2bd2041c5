"""Sums over pairs of a negative and a positive case: all that AUC and its variance are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from studies.statistics.errors import StatisticsError
from studies.statistics.mrmc.readings import Readings

Floats = NDArray[np.float64]
Endpoint = Literal["auc", "tpf", "tnf", "accuracy", "balanced_accuracy"]
ENDPOINTS = ("auc", "tpf", "tnf", "accuracy", "balanced_accuracy")
CHUNK_VALUES = 4_000_000


@dataclass(frozen=True, eq=False)
class PairSums:
    """Kernel values s_aij of cell a, negative i and positive j, summed; pairs that were not read count nothing.

    Attributes:
        negative_sums: (C, n0) over positives; `positive_sums`: (C, n1) over negatives.
        products: (C, C) sum over i and j of s_aij s_bij.
        has_negative: (C, n0) 1 where the cell read the case, else 0; `has_positive`: (C, n1).
    """

    negative_sums: Floats
    positive_sums: Floats
    products: Floats
    has_negative: Floats
    has_positive: Floats

    @property
    def totals(self) -> Floats:
        """(C,) sum of the kernel over all pairs of a cell."""
        return np.asarray(self.negative_sums.sum(axis=1))

    @property
    def pairs(self) -> Floats:
        """(C,) number of pairs that a cell read."""
        return np.asarray(self.has_negative.sum(axis=1) * self.has_positive.sum(axis=1))

    @property
    def estimates(self) -> Floats:
        """(C,) mean of the kernel, such as the AUC of each cell; NaN where a class was not read."""
        pairs = self.pairs
        return np.divide(self.totals, pairs, out=np.full(len(pairs), np.nan), where=pairs > 0)


def pair_sums(readings: Readings, endpoint: Endpoint = "auc", *, threshold: float | None = None) -> PairSums:
    """Return the sums for an endpoint.

    The kernel of AUC is 1 where the positive is rated above the negative, 1/2 where they tie. The others rest on
    calls (rating above the threshold): TPF counts the call of the positive, TNF the missing call of the negative,
    balanced accuracy the mean of the two, accuracy the mean weighted by n1 and n0. They are
    pair-weighted: with missing readings they differ slightly from the pooled proportion.

    Source: Gallas, Acad. Radiol. 13 (2006) 353 (AUC); Gallas, Pennello and Myers, J. Opt. Soc. Am. A 24 (2007)
    B70 (binary endpoints).

    Args:
        readings: n0 negatives, n1 positives, C cells.
        endpoint: one of `ENDPOINTS`.
        threshold: ratings above it are calls; without one the ratings must all be 0 or 1.

    Returns:
        Sums; needs time and memory of n0 n1 C, in chunks of 32 MB.

    Raises:
        StatisticsError: for another endpoint, or ratings other than 0 and 1 without a threshold.
    """
    if endpoint not in ENDPOINTS:
        raise StatisticsError(f"endpoint: got {endpoint!r}, expected one of {', '.join(ENDPOINTS)}")
    negative, positive = readings.negative_ratings, readings.positive_ratings
    has_negative, has_positive = ~np.isnan(negative), ~np.isnan(positive)
    if endpoint != "auc":
        negative, positive = calls(negative, threshold), calls(positive, threshold)
    cells, n0, n1 = len(negative), negative.shape[1], positive.shape[1]
    negative_sums, positive_sums = np.zeros((cells, n0)), np.zeros((cells, n1))
    products = np.zeros((cells, cells))
    step = max(1, CHUNK_VALUES // max(1, cells * n1))
    for start in range(0, n0, step):
        rows = slice(start, start + step)
        kernel = _kernel(endpoint, negative[:, rows], positive, prevalence=n1 / (n0 + n1))
        kernel *= has_negative[:, rows, None] & has_positive[:, None, :]
        negative_sums[:, rows] = kernel.sum(axis=2)
        positive_sums += kernel.sum(axis=1)
        flat = kernel.reshape(cells, -1)
        products += flat @ flat.T
    return PairSums(
        negative_sums, positive_sums, products, has_negative.astype(np.float64), has_positive.astype(np.float64)
    )


def calls(ratings: Floats, threshold: float | None) -> Floats:
    """Return 1 where the rating is above the threshold, else 0; NaN stays.

    Raises:
        StatisticsError: without a threshold, when a rating is neither 0 nor 1.
    """
    known = ratings[~np.isnan(ratings)]
    if threshold is None:
        if not np.isin(known, (0, 1)).all():
            other = known[~np.isin(known, (0, 1))][0]
            raise StatisticsError(
                f"rating: got {other:g}, expected 0 or 1, or a threshold to make calls of ratings", column="rating"
            )
        return ratings
    return np.where(np.isnan(ratings), np.nan, (ratings > threshold).astype(np.float64))


def _kernel(endpoint: Endpoint, negative: Floats, positive: Floats, *, prevalence: float) -> Floats:
    """Return (C, rows, n1) kernel values; those of missing readings are 0."""
    low, high = negative[:, :, None], positive[:, None, :]
    if endpoint == "auc":
        return (high > low) + 0.5 * (high == low)
    share = {"tpf": 1.0, "tnf": 0.0, "balanced_accuracy": 0.5, "accuracy": prevalence}[endpoint]
    return share * np.nan_to_num(high) + (1 - share) * (1 - np.nan_to_num(low))
