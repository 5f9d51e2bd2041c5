"""Fleiss' kappa and Gwet's AC1: any number of readers, cases read by different numbers of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from studies.statistics.agreement.result import (
    Agreement,
    AnswerTable,
    Floats,
    answer_table,
    coefficient_of,
    without_pairs,
)


def fleiss_kappa(
    frame: pd.DataFrame,
    column: str = "answer",
    *,
    categories: Sequence[Any] | None = None,
    confidence: float = 0.95,
) -> Agreement:
    """Return Fleiss' kappa, chance by the overall shares of the answers: p_e = sum pi_k^2.

    Observed agreement of a case with r readings, r_k of them k: sum r_k (r_k - 1) / (r (r - 1)), the mean over
    cases read at least twice; pi_k is the mean share over all cases. The standard error linearizes over cases
    (readers fixed): var = sum (k_i - k)^2 / (n (n - 1)), k_i = k'_i - 2 (1 - k) (p_ei - p_e) / (1 - p_e);
    interval with t of n - 1.

    Source: Fleiss, Psychol. Bull. 76 (1971) 378; Gwet, Handbook of Inter-Rater Reliability (2014), chapter 5
    (missing readings, standard error).

    Args:
        frame: one row per reading: `reader`, `case` and the column; blank answers are missing.
        column: name of the column of answers.
        categories: all answers there could be; by default those given.
        confidence: of the interval, in (0, 1).

    Raises:
        StatisticsError: for a frame that `answer_table` refuses.
    """
    table = answer_table(frame, column, categories)
    shares = _shares(table)
    mean = shares.mean(axis=0)
    return _coefficient("Fleiss' kappa", table, float(mean @ mean), shares @ mean, confidence)


def gwet_ac1(
    frame: pd.DataFrame,
    column: str = "answer",
    *,
    categories: Sequence[Any] | None = None,
    confidence: float = 0.95,
) -> Agreement:
    """Return Gwet's AC1, chance p_e = sum pi_k (1 - pi_k) / (q - 1): steady when nearly all answers are alike.

    Observed agreement, shares and standard error as in `fleiss_kappa`. q counts the categories, so name them all
    where some were never given.

    Source: Gwet, Br. J. Math. Stat. Psychol. 61 (2008) 29.

    Args:
        frame: one row per reading: `reader`, `case` and the column; blank answers are missing.
        column: name of the column of answers.
        categories: all answers there could be; by default those given.
        confidence: of the interval, in (0, 1).

    Raises:
        StatisticsError: for a frame that `answer_table` refuses.
    """
    table = answer_table(frame, column, categories)
    shares = _shares(table)
    mean, others = shares.mean(axis=0), max(len(table.values) - 1, 1)
    expected = float(mean @ (1 - mean)) / others
    return _coefficient("Gwet's AC1", table, expected, shares @ (1 - mean) / others, confidence)


def _shares(table: AnswerTable) -> Floats:
    """Return (N, q) share of each answer among a case's readings."""
    return np.asarray(table.counts / table.counts.sum(axis=1, keepdims=True))


def _coefficient(name: str, table: AnswerTable, expected: float, by_case: Floats, confidence: float) -> Agreement:
    """Return the coefficient with its linearized standard error; `by_case` (N,) is each case's part of p_e."""
    number = table.counts.sum(axis=1)
    twice = number > 1
    if not twice.any():
        return without_pairs(name, table)
    agreement = np.zeros(len(number))
    pairs = (table.counts * (table.counts - 1)).sum(axis=1)
    agreement[twice] = pairs[twice] / (number * (number - 1))[twice]
    observed = float(agreement[twice].mean())
    cases, error = len(number), None
    if 1 - expected > 1e-12 and cases > 1:
        value = (observed - expected) / (1 - expected)
        scaled = cases / twice.sum() * agreement
        each = (scaled - expected * np.where(twice, cases / twice.sum(), 0.0)) / (1 - expected)
        each = each - 2 * (1 - value) * (by_case - expected) / (1 - expected)
        error = math.sqrt(float(((each - value) ** 2).sum()) / (cases * (cases - 1)))
    return coefficient_of(
        name,
        observed,
        expected,
        error,
        cases=cases,
        readers=table.readers,
        df=max(cases - 1, 1),
        confidence=confidence,
    )
