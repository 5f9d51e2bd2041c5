"""Cohen's kappa of two readers, plain or weighted, and of all pairs of readers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations
from typing import Any, Literal

import numpy as np
import pandas as pd

from studies.statistics.agreement.result import Agreement, Floats, answer_table, coefficient_of, sorted_answers
from studies.statistics.errors import StatisticsError

Weights = Literal["linear", "quadratic"]


def cohen_kappa(
    first: Sequence[Any],
    second: Sequence[Any],
    *,
    weights: Weights | None = None,
    categories: Sequence[Any] | None = None,
    confidence: float = 0.95,
) -> Agreement:
    """Return kappa = (p_o - p_e) / (1 - p_e) of two readings of the same cases.

    With weights, agreement of categories i and j counts 1 - |i - j| / (q - 1), or 1 - (i - j)^2 / (q - 1)^2.
    Standard error: var = [sum p_ij (w_ij - (w_i. + w_.j)(1 - k))^2 - (k - p_e (1 - k))^2] / (n (1 - p_e)^2).

    Source: Cohen, Psychol. Bull. 70 (1968) 213; Fleiss, Cohen and Everitt, Psychol. Bull. 72 (1969) 323.

    Args:
        first: (n,) answers; `second`: (n,) answers to the same cases. A pair with a blank one is left out.
        second: see above.
        weights: None, "linear" or "quadratic".
        categories: all answers there could be, in order; by default those given, sorted.
        confidence: of the interval, in (0, 1).

    Raises:
        StatisticsError: for unequal lengths, an answer that is no category, or unknown weights.
    """
    if len(first) != len(second):
        raise StatisticsError(f"got {len(first)} and {len(second)} answers, expected as many of each")
    one, two = pd.Series(list(first), dtype=object), pd.Series(list(second), dtype=object)
    known = (one.notna() & two.notna()).to_numpy(bool)
    one, two = one[known], two[known]
    values = list(sorted_answers(set(one) | set(two)) if categories is None else categories)
    strange = sorted({str(value) for value in [*one, *two] if value not in values})
    if strange:
        raise StatisticsError(f"got answer {strange[0]}, expected one of {', '.join(map(str, values))}")
    number = {value: index for index, value in enumerate(values)}
    table = np.zeros((len(values), len(values)))
    np.add.at(table, (one.map(number).to_numpy(int), two.map(number).to_numpy(int)), 1)
    return kappa_of_table(table, weights=weights, confidence=confidence)


def kappa_of_table(table: Floats, *, weights: Weights | None = None, confidence: float = 0.95) -> Agreement:
    """Return kappa of a (q, q) table of counts; see `cohen_kappa`."""
    n, name = float(table.sum()), f"Cohen's kappa{f', {weights} weights' if weights else ''}"
    if n == 0:
        return Agreement(name, None, None, None, None, None, 0, 2, "not defined: no case was read twice")
    share, weight = table / n, weight_matrix(len(table), weights)
    rows, columns = share.sum(axis=1), share.sum(axis=0)
    observed = float((weight * share).sum())
    expected = float(rows @ weight @ columns)
    error = None
    if 1 - expected > 1e-12:
        kappa = (observed - expected) / (1 - expected)
        pull = (weight @ columns)[:, None] + (rows @ weight)[None, :]
        first = float((share * (weight - pull * (1 - kappa)) ** 2).sum())
        variance = (first - (kappa - expected * (1 - kappa)) ** 2) / (n * (1 - expected) ** 2)
        error = math.sqrt(max(variance, 0.0))
    return coefficient_of(name, observed, expected, error, cases=int(n), readers=2, confidence=confidence)


def weight_matrix(categories: int, weights: Weights | None) -> Floats:
    """Return (q, q) weights of agreement, 1 on the diagonal.

    Raises:
        StatisticsError: for unknown weights.
    """
    if weights is None or categories < 2:
        return np.eye(categories)
    steps = np.abs(np.subtract.outer(np.arange(categories), np.arange(categories))) / (categories - 1)
    if weights == "linear":
        return np.asarray(1 - steps)
    if weights == "quadratic":
        return np.asarray(1 - steps**2)
    raise StatisticsError(f"weights: got {weights!r}, expected None, linear or quadratic")


def pairwise_cohen(
    frame: pd.DataFrame,
    column: str = "answer",
    *,
    weights: Weights | None = None,
    categories: Sequence[Any] | None = None,
    confidence: float = 0.95,
) -> dict[tuple[str, str], Agreement]:
    """Return kappa of each two readers over the cases that both read.

    The mean of the values is Light's kappa (Light, Psychol. Bull. 76 (1971) 365).

    Args:
        frame: one row per reading: `reader`, `case` and the column.
        column: name of the column of answers.
        weights: see `cohen_kappa`; `categories` too, by default those given by anybody, sorted.
        categories: see above.
        confidence: of the intervals, in (0, 1).

    Raises:
        StatisticsError: for a frame that `answer_table` refuses.
    """
    values = answer_table(frame, column, categories).values
    codes = pd.Index(list(values)).get_indexer(frame[column])
    wide = frame.assign(code=codes).pivot(index="case", columns="reader", values="code").fillna(-1).astype(int)
    size, found = len(values), {}
    for one, two in combinations(sorted(wide.columns), 2):
        first, second = wide[one].to_numpy(), wide[two].to_numpy()
        both = (first >= 0) & (second >= 0)
        counts = np.bincount(first[both] * size + second[both], minlength=size * size)
        table = counts.astype(np.float64).reshape(size, size)
        found[str(one), str(two)] = kappa_of_table(table, weights=weights, confidence=confidence)
    return found
