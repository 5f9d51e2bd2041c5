"""Second moments of the pair kernel, by what two pairs share: the variance of an MRMC estimate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from studies.statistics.mrmc.pair_sums import PairSums
from studies.statistics.mrmc.readings import Readings

Floats = NDArray[np.float64]
Random = Literal["both", "readers", "cases"]
FACTORS = ("negatives", "positives", "readers")


@dataclass(frozen=True, eq=False)
class Spread:
    """Variance of an estimate, or covariance of two, found two ways, with the parts that each factor gives.

    Attributes:
        unbiased: U-statistic; NaN where the design has no two pairs that share nothing.
        plug_in: the same from moments drawn with replacement; biased, called MLE by iMRMC.
        components: (3,) plug-in moment of pairs that share one factor, minus that of pairs that share nothing,
            in the order of `FACTORS`; 0 for a factor that is held fixed.
    """

    unbiased: float
    plug_in: float
    components: Floats

    def __add__(self, other: Spread) -> Spread:
        return Spread(
            self.unbiased + other.unbiased, self.plug_in + other.plug_in, self.components + other.components
        )

    def scaled(self, factor: float) -> Spread:
        """Return the spread times a number."""
        return Spread(factor * self.unbiased, factor * self.plug_in, factor * self.components)


@dataclass(frozen=True, eq=False)
class CellMoments:
    """For any two cells, sums over pairs of pairs sharing at least both cases, the negative, the positive, none.

    Attributes:
        sums: (4, C, C) of products of the kernel; `weights`: (4, C, C) the numbers of such pairs of pairs.
    """

    sums: Floats
    weights: Floats


def cell_moments(sums: PairSums) -> CellMoments:
    """Return the moments of any two cells, from sums that are already there (no further pass over pairs)."""
    n0, n1 = sums.has_negative.sum(axis=1), sums.has_positive.sum(axis=1)
    shared0, shared1 = sums.has_negative @ sums.has_negative.T, sums.has_positive @ sums.has_positive.T
    values = np.stack(
        [
            sums.products,
            sums.negative_sums @ sums.negative_sums.T,
            sums.positive_sums @ sums.positive_sums.T,
            np.outer(sums.totals, sums.totals),
        ]
    )
    weights = np.stack(
        [
            shared0 * shared1,
            shared0 * np.outer(n1, n1),
            shared1 * np.outer(n0, n0),
            np.outer(n0 * n1, n0 * n1),
        ]
    )
    return CellMoments(values, weights)


def spread(
    moments: CellMoments, readings: Readings, first: int, second: int, *, random: Random = "both"
) -> Spread:
    """Return the covariance of the estimates of two modalities (the variance, where they are the same).

    With c_k the share of pairs of pairs that share exactly k of reader, negative and positive, and M_k the mean
    of their kernel products, Var = sum c_k M_k - M_8. Because sum c_k M_k is the squared estimate, the unbiased
    one is estimate^2 - M_8. Missing readings are left out of sums and numbers alike, so any design is allowed.

    Source: Gallas, Acad. Radiol. 13 (2006) 353 (moments); Gallas and Brown, Neural Netw. 21 (2008) 387
    (any design); Gallas, Bandos, Samuelson and Wagner, Commun. Stat. A 38 (2009) 2586 (plug-in, components).

    Args:
        moments: of all cells.
        readings: whose cells they are.
        first: number of the first modality.
        second: number of the second modality.
        random: what a repeat of the study would draw anew.
    """
    of, reader = readings.modality_of, readings.reader_of
    rows, columns = np.flatnonzero(of == first), np.flatnonzero(of == second)
    picked = np.ix_(np.arange(4), rows, columns)
    sums, weights = moments.sums[picked], moments.weights[picked]
    if random == "cases":
        return _given_readers(sums, weights)
    same = reader[rows][:, None] == reader[columns][None, :]
    if random == "readers":
        sums, weights = sums[3:], weights[3:]
    at_least = np.concatenate([(sums * same).sum(axis=(1, 2)), sums.sum(axis=(1, 2))])
    number = np.concatenate([(weights * same).sum(axis=(1, 2)), weights.sum(axis=(1, 2))])
    plug = _ratio(at_least, number)
    exact, exact_number = _exactly(at_least), _exactly(number)
    unbiased = plug[-1] - _ratio(exact[-1:], exact_number[-1:])[0]
    share = exact_number / number[-1]
    plug_in = float(np.sum(np.where(share > 0, share * np.nan_to_num(plug), 0.0)) - plug[-1])
    over = np.nan_to_num(plug - plug[-1])
    parts = [0.0, 0.0, over[0]] if random == "readers" else [over[5], over[6], over[3]]
    return Spread(float(unbiased), plug_in, np.array(parts))


def case_covariance(moments: CellMoments) -> Floats:
    """Return (C, C) unbiased covariances of the cells' estimates over cases, readers given; NaN where undefined.

    One reader alone: M1 to M4, minus M4. The diagonal holds the published one-reader variances.

    Source: Gallas, Acad. Radiol. 13 (2006) 353.
    """
    plug = _ratio(moments.sums[3], moments.weights[3])
    apart = _ratio(_apart(moments.sums), _apart(moments.weights))
    return np.asarray(plug - apart)


def _given_readers(sums: Floats, weights: Floats) -> Spread:
    """Return the spread over cases alone: each two cells by themselves, weighted by their pairs."""
    share = weights[3] / weights[3].sum()
    used = share > 0
    plug = _ratio(sums, weights)
    mean = plug[3]
    apart = _ratio(_apart(sums), _apart(weights))
    unbiased = np.sum((share * (mean - apart))[used])
    exact = np.stack([weights[0], weights[1] - weights[0], weights[2] - weights[0], _apart(weights)])
    parts = _ratio(exact, np.broadcast_to(weights[3], exact.shape))
    inner = np.where(parts > 0, parts * np.nan_to_num(plug), 0.0).sum(axis=0) - mean
    plug_in = np.sum((share * inner)[used])
    components = [np.sum(np.nan_to_num(share * (plug[kind] - mean))[used]) for kind in (1, 2)]
    return Spread(float(unbiased), float(plug_in), np.array([*components, 0.0]))


def _apart(at_least: Floats) -> Floats:
    """Return sums over pairs that share no case, from those that share at least both, negative, positive, none."""
    return np.asarray(at_least[3] - at_least[1] - at_least[2] + at_least[0])


def _exactly(at_least: Floats) -> Floats:
    """Return sums by what is shared exactly: the half with the same reader, then the half with another one."""
    same, any_reader = np.split(at_least, 2)
    if len(same) == 1:
        return np.concatenate([same, any_reader - same])
    both, negative, positive, _ = same
    within = np.array([both, negative - both, positive - both, _apart(same)])
    both, negative, positive, _ = any_reader
    whole = np.array([both, negative - both, positive - both, _apart(any_reader)])
    return np.concatenate([within, whole - within])


def _ratio(sums: Floats, weights: Floats) -> Floats:
    return np.divide(sums, weights, out=np.full(sums.shape, np.nan), where=weights > 0)
