"""Obuchowski-Rockette analysis of reader AUCs with Hillis' degrees of freedom."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import chdtrc, fdtrc

from studies.statistics.checks import require_confidence
from studies.statistics.errors import StatisticsError
from studies.statistics.intervals import estimate_interval, two_sided_p
from studies.statistics.mrmc.covariance import (
    COVARIANCES,
    Covariance,
    Floats,
    MeanCovariances,
    auc_covariance,
    mean_covariances,
    satterthwaite,
)
from studies.statistics.mrmc.moments import Random
from studies.statistics.mrmc.pair_sums import PairSums, pair_sums
from studies.statistics.mrmc.readings import Readings, readings_of
from studies.statistics.mrmc.results import MeanEstimate, ObuchowskiRockette
from studies.statistics.mrmc.u_statistics import RANDOM


def obuchowski_rockette(
    frame: pd.DataFrame,
    covariance: Covariance = "jackknife",
    *,
    random: Random = "both",
    confidence: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> ObuchowskiRockette:
    """Return AUC per reader and modality, their means, differences, and the test of equal modalities.

    With I modalities, J readers, mean squares MS(T), MS(R), MS(TR) of the AUCs and mean covariances Var, Cov1
    (same reader), Cov2 (same modality), Cov3 (neither):

    * readers and cases random: F = MS(T) / D, D = MS(TR) + J max(Cov2 - Cov3, 0), df1 = I - 1,
      df2 = D^2 / (MS(TR)^2 / ((I - 1)(J - 1)));
    * cases random: D = Var - Cov1 + (J - 1)(Cov2 - Cov3), df2 infinite;
    * readers random: D = MS(TR), df2 = (I - 1)(J - 1).

    A difference has standard error sqrt(2 D / J) and df2. A modality's mean has, from that modality alone,
    variance (MS(R) + J max(Cov2, 0)) / J with df (MS(R) + J max(Cov2, 0))^2 / (MS(R)^2 / (J - 1)); with cases
    random (Var + (J - 1) Cov2) / J; with readers random MS(R) / J. Negative Cov2 - Cov3 is common and counts as 0.

    A reader without an AUC in some modality is left out, with a note; `u_statistics` can keep such readers. With
    one reader, or one left, only cases can be random; that is noted.

    Source: Obuchowski and Rockette, Commun. Stat. B 24 (1995) 285; Hillis, Stat. Med. 26 (2007) 596; Hillis,
    Stat. Med. 33 (2014) 330 (single modality, fixed effects).

    Args:
        frame: one row per reading: `reader`, `case`, `modality`, `truth` (bool), `rating`.
        covariance: "jackknife", "delong", "bootstrap" or "u_statistics".
        random: what another study would draw anew: "both" readers and cases, or one of them.
        confidence: of the intervals, in (0, 1).
        draws: resamples of the bootstrap covariance; `seed`: of its generator.
        seed: see above.

    Raises:
        StatisticsError: for a frame that `readings_of` refuses, an unknown option, or when no reader has an AUC
            in every modality.
    """
    require_confidence(confidence)
    if random not in RANDOM:
        raise StatisticsError(f"random: got {random!r}, expected one of {', '.join(RANDOM)}")
    if covariance not in COVARIANCES:
        raise StatisticsError(f"covariance: got {covariance!r}, expected one of {', '.join(COVARIANCES)}")
    readings = with_all_cells(readings_of(frame))
    sums = pair_sums(readings)
    covariances = auc_covariance(readings, sums, covariance, draws=draws, seed=seed)
    if random != "readers" and not np.isfinite(covariances).all():
        raise StatisticsError(
            f"got a reader with one case of a class, expected at least two for {covariance}", column="case"
        )
    notes = list(readings.notes)
    if len(readings.readers) == 1 and random != "cases":
        random = "cases"
        notes.append("one reader only: cases are random, the reader is not")
    return analyzed(readings, sums, np.nan_to_num(covariances), random, confidence=confidence,
                    covariance=covariance, notes=notes)  # fmt: skip


def with_all_cells(readings: Readings) -> Readings:
    """Return the readings without readers who lack an AUC in some modality, with a note for each.

    Raises:
        StatisticsError: when nobody is left.
    """
    usable = np.array(readings.usable.reshape(len(readings.modalities), -1).all(axis=0))
    if not usable.any():
        raise StatisticsError(
            "got no reader who read both classes in every modality, expected at least one "
            "(u_statistics takes such designs)",
            column="reader",
        )
    left_out = [name for name, keep in zip(readings.readers, usable, strict=True) if not keep]
    keep = usable[readings.reader_of]
    notes = tuple(f"reader {name} left out: not every modality has both classes" for name in left_out)
    return replace(
        readings,
        readers=tuple(name for name in readings.readers if name not in left_out),
        negative_ratings=readings.negative_ratings[keep],
        positive_ratings=readings.positive_ratings[keep],
        notes=readings.notes + notes,
    )


@dataclass(frozen=True)
class MeanSquares:
    """Mean squares of the AUCs, modalities by readers; one without degrees of freedom is 0."""

    t: float
    r: float
    tr: float


def mean_squares(auc: Floats) -> MeanSquares:
    """Return the mean squares of (I, J) values: modalities, readers, and their interaction."""
    modalities, readers = auc.shape
    mean = auc.mean()
    by_modality, by_reader = auc.mean(axis=1), auc.mean(axis=0)
    rest = auc - by_modality[:, None] - by_reader[None, :] + mean

    def square(total: float, df: int) -> float:
        return float(total) / df if df else 0.0

    return MeanSquares(
        square(readers * ((by_modality - mean) ** 2).sum(), modalities - 1),
        square(modalities * ((by_reader - mean) ** 2).sum(), readers - 1),
        square((rest**2).sum(), (modalities - 1) * (readers - 1)),
    )


def analyzed(
    readings: Readings, sums: PairSums, covariances: Floats, random: Random, *, confidence: float, **said: Any
) -> ObuchowskiRockette:
    """Return the analysis from AUCs and their covariances."""
    shape = len(readings.modalities), len(readings.readers)
    auc = sums.estimates.reshape(shape)
    squares, means = mean_squares(auc), mean_covariances(covariances, *shape)
    denominator, df2 = denominator_of(squares, means, shape, random)
    cells = covariances.reshape(*shape, *shape)
    names = readings.modalities
    single = {
        name: _mean(auc[number], cells[number, :, number], random, confidence) for number, name in enumerate(names)
    }
    error = math.sqrt(max(2 * denominator / shape[1], 0.0))
    differences = {
        (names[a], names[b]): _tested(float(auc[a].mean() - auc[b].mean()), error, df2, 0.0, confidence)
        for a, b in combinations(range(shape[0]), 2)
    }
    f, p = _f_test(squares.t, denominator, shape[0] - 1, df2)
    components = {"ms_t": squares.t, "ms_r": squares.r, "ms_tr": squares.tr} | vars(means)
    return ObuchowskiRockette(
        covariance=said["covariance"],
        random=random,
        confidence=confidence,
        auc={reader: {name: float(auc[i, j]) for i, name in enumerate(names)}
             for j, reader in enumerate(readings.readers)},
        single=single,
        differences=differences,
        f=f,
        df1=shape[0] - 1 if shape[0] > 1 else None,
        df2=df2 if shape[0] > 1 else None,
        p_equal=p,
        components=components,
        notes=tuple(said["notes"]),
    )  # fmt: skip


def denominator_of(
    squares: MeanSquares, means: MeanCovariances, shape: tuple[int, int], random: Random
) -> tuple[float, float]:
    """Return the denominator D of F with its degrees of freedom; see `obuchowski_rockette`."""
    modalities, readers = shape
    df = float((modalities - 1) * (readers - 1))
    if random == "readers":
        return squares.tr, df
    if random == "cases":
        return max(means.var - means.cov1 + (readers - 1) * (means.cov2 - means.cov3), 0.0), math.inf
    more = readers * max(means.cov2 - means.cov3, 0.0)
    return squares.tr + more, satterthwaite(squares.tr, more, max(df, 1.0))


def _mean(auc: Floats, covariances: Floats, random: Random, confidence: float) -> MeanEstimate:
    """Return one modality's mean AUC from that modality alone."""
    readers = len(auc)
    square = float(auc.var(ddof=1)) if readers > 1 else 0.0
    means = mean_covariances(covariances, 1, readers)
    variance, df = square / readers, float(max(readers - 1, 1))
    if random == "cases":
        variance, df = max(means.var + (readers - 1) * means.cov2, 0.0) / readers, math.inf
    elif random == "both":
        more = readers * max(means.cov2, 0.0)
        variance, df = (square + more) / readers, satterthwaite(square, more, df)
    return _tested(float(auc.mean()), math.sqrt(variance), df, 0.5, confidence)


def _tested(value: float, error: float, df: float, null: float, confidence: float) -> MeanEstimate:
    p = two_sided_p(value - null, error, df)
    return MeanEstimate(value, error, df, estimate_interval(value, error, df, confidence), null, p)


def _f_test(square: float, denominator: float, df1: int, df2: float) -> tuple[float | None, float | None]:
    """Return F and its p; both None with one modality, F None where nothing varies but the modalities."""
    if df1 == 0:
        return None, None
    if denominator == 0:
        return None, 1.0 if square == 0 else 0.0
    f = square / denominator
    return f, float(chdtrc(df1, df1 * f) if math.isinf(df2) else fdtrc(df1, df2, f))
