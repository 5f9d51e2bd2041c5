"""Covariances over cases between the AUCs of readers and modalities, and their means by what two cells share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from studies.statistics.errors import StatisticsError
from studies.statistics.mrmc.moments import case_covariance, cell_moments
from studies.statistics.mrmc.pair_sums import CHUNK_VALUES, PairSums
from studies.statistics.mrmc.readings import Readings

Floats = NDArray[np.float64]
Covariance = Literal["jackknife", "delong", "bootstrap", "u_statistics"]
COVARIANCES = ("jackknife", "delong", "bootstrap", "u_statistics")


def auc_covariance(
    readings: Readings, sums: PairSums, covariance: Covariance, *, draws: int = 1000, seed: int = 0
) -> Floats:
    """Return (C, C) covariances over cases of the cells' AUCs; cells without an AUC give NaN.

    Args:
        readings: of the study; `sums`: its pair sums for AUC.
        sums: see above.
        covariance: "jackknife" leaves out one case at a time; "delong" takes the structural components;
            "bootstrap" draws cases again within each class; "u_statistics" is unbiased.
        draws: resamples of the bootstrap.
        seed: of the bootstrap.

    Raises:
        StatisticsError: for another method.
    """
    if covariance == "jackknife":
        return jackknife_covariance(sums)
    if covariance == "delong":
        return delong_covariance(sums)
    if covariance == "bootstrap":
        return bootstrap_covariance(readings, draws=draws, seed=seed)
    if covariance == "u_statistics":
        return case_covariance(cell_moments(sums))
    raise StatisticsError(f"covariance: got {covariance!r}, expected one of {', '.join(COVARIANCES)}")


def leave_one_out(sums: PairSums) -> Floats:
    """Return (C, n0 + n1) AUC of each cell without each case in turn; NaN where no case of a class is left."""
    n0, n1 = sums.has_negative.sum(axis=1)[:, None], sums.has_positive.sum(axis=1)[:, None]
    total = sums.totals[:, None]
    fewer0, fewer1 = (n0 - sums.has_negative) * n1, (n1 - sums.has_positive) * n0
    without = np.concatenate([total - sums.negative_sums, total - sums.positive_sums], axis=1)
    pairs = np.concatenate([fewer0, fewer1], axis=1)
    return np.divide(without, pairs, out=np.full(pairs.shape, np.nan), where=pairs > 0)


def jackknife_covariance(sums: PairSums) -> Floats:
    """Return (K - 1) / K times the sum over the K cases of products of deviations from the mean.

    Source: Obuchowski and Rockette, Commun. Stat. B 24 (1995) 285; Hillis, Obuchowski, Schartz and Berbaum,
    Stat. Med. 24 (2005) 1579.
    """
    values = leave_one_out(sums)
    deviations = values - values.mean(axis=1, keepdims=True)
    cases = values.shape[1]
    return np.asarray((cases - 1) / cases * deviations @ deviations.T)


def delong_covariance(sums: PairSums) -> Floats:
    """Return the covariances of DeLong: S10 / n0 + S01 / n1 for cells that read the same cases.

    With missing readings two cells share some cases only; each sum runs over those, with its cells' own numbers:
    sum_i v_a(i) v_b(i) / (n_a n_b) times (m / (m - 1)), m the smaller of the two numbers.

    Source: DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988) 837.
    """
    n0, n1 = sums.has_negative.sum(axis=1), sums.has_positive.sum(axis=1)
    by_negative = _components(sums.negative_sums, sums.has_negative, other=n1, estimates=sums.estimates)
    by_positive = _components(sums.positive_sums, sums.has_positive, other=n0, estimates=sums.estimates)
    found = _component_covariance(by_negative, n0) + _component_covariance(by_positive, n1)
    defined = sums.pairs > 0
    return np.where(np.outer(defined, defined), found, np.nan)


def _components(sums: Floats, has: Floats, *, other: Floats, estimates: Floats) -> Floats:
    """Return structural components less the AUC; 0 where the case was not read."""
    mean = np.divide(sums, other[:, None], out=np.zeros_like(sums), where=other[:, None] > 0)
    return np.asarray((mean - np.nan_to_num(estimates)[:, None]) * has)


def _component_covariance(components: Floats, number: Floats) -> Floats:
    smaller = np.minimum.outer(number, number)
    scale = np.outer(number, number) * np.maximum(smaller - 1, 0)
    products = components @ components.T * smaller
    return np.divide(products, scale, out=np.full(products.shape, np.nan), where=scale > 0)


def bootstrap_covariance(readings: Readings, *, draws: int = 1000, seed: int = 0) -> Floats:
    """Return the covariance over resamples of cases, drawn within each class and alike for all cells.

    Needs time of n0 n1 C draws. A resample that leaves a cell without a class is left out.

    Raises:
        StatisticsError: with fewer than 100 draws, or when fewer than 100 resamples have all AUCs.
    """
    if draws < 100:
        raise StatisticsError(f"draws: got {draws}, expected at least 100")
    rng = np.random.default_rng(seed)
    n0, n1 = len(readings.negatives), len(readings.positives)
    weight0 = rng.multinomial(n0, np.full(n0, 1 / n0), draws).astype(np.float64)
    weight1 = rng.multinomial(n1, np.full(n1, 1 / n1), draws).astype(np.float64)
    cells = len(readings.reader_of)
    values = np.full((draws, cells), np.nan)
    for cell in np.flatnonzero(readings.usable):
        values[:, cell] = resampled_auc(
            readings.negative_ratings[cell], readings.positive_ratings[cell], weight0, weight1
        )
    usable = readings.usable
    whole = values[:, usable][~np.isnan(values[:, usable]).any(axis=1)]
    if len(whole) < 100:
        raise StatisticsError(f"got {len(whole)} resamples with all AUCs, expected at least 100")
    found = np.full((cells, cells), np.nan)
    found[np.ix_(usable, usable)] = np.atleast_2d(np.cov(whole, rowvar=False))
    return found


def resampled_auc(negative: Floats, positive: Floats, weight0: Floats, weight1: Floats) -> Floats:
    """Return (draws,) AUC of one cell with cases counted by weights; NaN where a class has no weight.

    Args:
        negative: (n0,) ratings, NaN for a missing one; `positive`: (n1,).
        positive: see above.
        weight0: (draws, n0); `weight1`: (draws, n1).
        weight1: see above.
    """
    low, high = ~np.isnan(negative), ~np.isnan(positive)
    below = negative[low][:, None]
    above = positive[high][None, :]
    weight0, weight1 = weight0[:, low], weight1[:, high]
    sums = np.zeros(len(weight0))
    step = max(1, CHUNK_VALUES // max(1, above.size))
    for start in range(0, len(below), step):
        rows = slice(start, start + step)
        kernel = (above > below[rows]) + 0.5 * (above == below[rows])
        sums += np.einsum("dj,dj->d", weight0[:, rows] @ kernel, weight1)
    pairs = weight0.sum(axis=1) * weight1.sum(axis=1)
    return np.divide(sums, pairs, out=np.full(len(sums), np.nan), where=pairs > 0)


@dataclass(frozen=True)
class MeanCovariances:
    """Means over cells of variances and covariances; one that no two cells share is 0.

    Attributes:
        var: of the variances.
        cov1: one reader, two modalities; `cov2`: two readers, one modality; `cov3`: two readers, two modalities.
    """

    var: float
    cov1: float
    cov2: float
    cov3: float


def mean_covariances(covariances: Floats, modalities: int, readers: int) -> MeanCovariances:
    """Return the mean covariances of (I J, I J) covariances, readers within modalities."""
    cells = covariances.reshape(modalities, readers, modalities, readers)
    same_modality = np.stack([cells[i, :, i] for i in range(modalities)])
    across = np.stack([cells[i, :, k] for i in range(modalities) for k in range(modalities) if i != k] or
                      [np.zeros((readers, readers))])  # fmt: skip
    diagonal = np.eye(readers, dtype=bool)

    def mean(values: Floats) -> float:
        return float(values.mean()) if values.size else 0.0

    return MeanCovariances(
        mean(same_modality[:, diagonal]),
        mean(across[:, diagonal]),
        mean(same_modality[:, ~diagonal]),
        mean(across[:, ~diagonal]),
    )


def hillis_df(readings: Readings, sums: PairSums, covariances: Floats, modalities: list[int]) -> float | None:
    """Return Hillis' df of a modality's mean, or of the difference of two; None unless every cell has an AUC.

    (MS + J max(c, 0))^2 / (MS^2 / d): one modality has MS(R), c = Cov2 and d = J - 1; two have MS(TR),
    c = Cov2 - Cov3 and d = J - 1.

    Source: Hillis, Stat. Med. 26 (2007) 596, equation 8; Hillis, Stat. Med. 33 (2014) 330.
    """
    readers = len(readings.readers)
    cells = np.flatnonzero(np.isin(readings.modality_of, modalities))
    picked = covariances[np.ix_(cells, cells)]
    if readers < 2 or not np.isfinite(picked).all():
        return None
    means = mean_covariances(picked, len(modalities), readers)
    auc = sums.estimates[cells].reshape(len(modalities), readers)
    rest = auc - auc.mean(axis=1, keepdims=True)
    if len(modalities) > 1:
        rest = rest - rest.mean(axis=0, keepdims=True)
    df = (readers - 1) * max(1, len(modalities) - 1)
    square = float((rest**2).sum() / df)
    shared = means.cov2 - means.cov3 if len(modalities) > 1 else means.cov2
    return satterthwaite(square, readers * max(shared, 0.0), df)


def satterthwaite(square: float, more: float, df: float) -> float:
    """Return (square + more)^2 / (square^2 / df); infinite when the mean square is 0 and more is not."""
    if square <= 0:
        return math.inf if more > 0 else df
    return (square + more) ** 2 / (square**2 / df)
