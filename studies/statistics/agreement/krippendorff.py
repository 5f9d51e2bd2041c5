"""Krippendorff's alpha: any number of readers, missing readings, nominal to interval scales."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from studies.statistics.agreement.result import Agreement, Floats, answer_table, coefficient_of, without_pairs
from studies.statistics.errors import StatisticsError

Level = Literal["nominal", "ordinal", "interval"]


def krippendorff_alpha(
    frame: pd.DataFrame,
    column: str = "answer",
    *,
    level: Level = "nominal",
    categories: Sequence[Any] | None = None,
    confidence: float = 0.95,
) -> Agreement:
    """Return alpha = 1 - D_o / D_e, disagreement found over disagreement expected.

    Coincidences o_kl = sum over cases of r_k (r_l - [k = l]) / (r - 1); with marginals n_k and their sum n,
    D_o = sum o_kl d_kl / n, D_e = sum n_k n_l d_kl / (n (n - 1)), less k = l once. d is [k != l] (nominal);
    (sum of n from k to l less (n_k + n_l) / 2)^2 (ordinal); (k - l)^2 of the answers as numbers (interval).
    Standard error: jackknife over cases (readers fixed), interval with t of the number of cases less one.

    Source: Krippendorff, Content Analysis (2004), chapter 11; Hayes and Krippendorff, Commun. Methods Meas. 1
    (2007) 77.

    Args:
        frame: one row per reading: `reader`, `case` and the column; blank answers are missing.
        column: name of the column of answers.
        level: "nominal", "ordinal" (the order of the categories counts) or "interval" (answers are numbers).
        categories: all answers there could be, in order; by default those given, sorted.
        confidence: of the interval, in (0, 1).

    Raises:
        StatisticsError: for a frame that `answer_table` refuses, an unknown level, or answers that are no numbers
            on an interval scale.
    """
    if level not in ("nominal", "ordinal", "interval"):
        raise StatisticsError(f"level: got {level!r}, expected nominal, ordinal or interval")
    table = answer_table(frame, column, categories)
    name = f"Krippendorff's alpha, {level}"
    counts = table.counts[table.counts.sum(axis=1) > 1]
    if not len(counts):
        return without_pairs(name, table)
    positions = _positions(table.values, level, column)
    observed, expected = _disagreement(counts, level, positions)
    if expected == 0:
        return coefficient_of(name, 1.0, 1.0, None, cases=len(counts), readers=table.readers)
    error = _jackknife_error(counts, level, positions)
    return coefficient_of(
        name,
        1 - observed,
        1 - expected,
        error,
        cases=len(counts),
        readers=table.readers,
        df=max(len(counts) - 1, 1),
        confidence=confidence,
    )


def _positions(values: tuple[Any, ...], level: Level, column: str) -> Floats:
    if level != "interval":
        return np.arange(len(values), dtype=np.float64)
    try:
        return np.array([float(value) for value in values])
    except (TypeError, ValueError) as error:
        raise StatisticsError(
            f"{column}: got {values!r}, expected numbers on an interval scale", column=column
        ) from error


def _disagreement(counts: Floats, level: Level, positions: Floats) -> tuple[float, float]:
    """Return D_o and D_e of (N, q) counts as shares of the largest distance; each case has several readings."""
    return _from_coincidences(_coincidences(counts), counts.sum(axis=0), level, positions)


def _coincidences(counts: Floats) -> Floats:
    """Return (q, q) coincidences of (N, q) counts."""
    scaled = counts / (counts.sum(axis=1, keepdims=True) - 1)
    return np.asarray(scaled.T @ counts - np.diag(scaled.sum(axis=0)))


def _from_coincidences(pairs: Floats, marginal: Floats, level: Level, positions: Floats) -> tuple[float, float]:
    """Return D_o and D_e of coincidences and the number of each answer."""
    total = float(marginal.sum())
    distance = _distances(marginal, level, positions)
    distance = distance / (distance.max() or 1)
    observed = float((pairs * distance).sum()) / total
    expected = float(marginal @ distance @ marginal) / (total * (total - 1))
    return observed, expected


def _distances(marginal: Floats, level: Level, positions: Floats) -> Floats:
    """Return (q, q) squared distances."""
    if level == "nominal":
        return np.asarray(1 - np.eye(len(marginal)))
    if level == "ordinal":
        # the middle rank of each category: their differences are the sums of the definition
        positions = np.cumsum(marginal) - marginal / 2
    return np.asarray(np.subtract.outer(positions, positions) ** 2)


def _jackknife_error(counts: Floats, level: Level, positions: Floats) -> float | None:
    cases = len(counts)
    if cases < 3:
        return None
    pairs, marginal, values = _coincidences(counts), counts.sum(axis=0), []
    for case in range(cases):
        one = counts[case : case + 1]
        observed, expected = _from_coincidences(pairs - _coincidences(one), marginal - one[0], level, positions)
        if expected < 1e-15:
            return None
        values.append(1 - observed / expected)
    return math.sqrt((cases - 1) / cases * float(((np.array(values) - np.mean(values)) ** 2).sum()))
