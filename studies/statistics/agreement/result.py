"""A coefficient of agreement, and the table of answers by case that it comes from."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from studies.statistics.checks import require_columns, require_present, require_unique, shown_value
from studies.statistics.errors import StatisticsError
from studies.statistics.intervals import Interval, estimate_interval

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Agreement:
    """A chance-corrected coefficient; value, error and interval are None where not defined, with a note.

    Attributes:
        observed: agreement found, in [0, 1]; `expected`: agreement by chance as the coefficient sees it.
        cases: number of cases that count; `readers`: number of readers (or of readings of one reader).
    """

    coefficient: str
    value: float | None
    standard_error: float | None
    interval: Interval | None
    observed: float | None
    expected: float | None
    cases: int
    readers: int
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name."""
        return vars(self) | {"interval": self.interval.to_dict() if self.interval else None}


@dataclass(frozen=True, eq=False)
class AnswerTable:
    """How often each case got each answer: `counts` (N, q), whole numbers; `values` the q answers in order."""

    counts: Floats
    values: tuple[Any, ...]
    readers: int


def answer_table(frame: pd.DataFrame, column: str, categories: Sequence[Any] | None = None) -> AnswerTable:
    """Return the table of one column; blank answers are missing.

    Args:
        frame: one row per reading: `reader`, `case` and the column.
        column: name of the column of answers.
        categories: all answers there could be, in order; by default those that were given, sorted.

    Raises:
        StatisticsError: for a missing column, two rows of one reader and case, or an answer that is no category.
    """
    require_columns(frame, ("reader", "case", column))
    require_present(frame, "reader")
    require_present(frame, "case")
    require_unique(frame, ("reader", "case"))
    known = frame[frame[column].notna()]
    if known.empty:
        raise StatisticsError(f"{column}: got no answer, expected at least one", column=column)
    values = sorted_answers(known[column].unique(), column) if categories is None else tuple(categories)
    strange = known.index[~known[column].isin(values)]
    if len(strange):
        raise StatisticsError(
            f"{column}, rows {', '.join(map(str, strange[:5]))}: "
            f"got {shown_value(known.loc[strange[0], column])}, expected one of {', '.join(map(str, values))}",
            column=column,
            rows=list(strange),
        )
    case, cases = pd.factorize(known["case"], sort=True)
    place = pd.Index(list(values)).get_indexer(known[column])
    counts = np.bincount(case * len(values) + place, minlength=len(cases) * len(values))
    table = counts.reshape(len(cases), len(values)).astype(np.float64)
    return AnswerTable(table, values, int(known["reader"].nunique()))


def sorted_answers(values: Iterable[Any], column: str = "answer") -> tuple[Any, ...]:
    """Return the answers in order.

    Raises:
        StatisticsError: when they have no order, such as text beside numbers.
    """
    try:
        return tuple(sorted(values))
    except TypeError as error:
        raise StatisticsError(
            f"{column}: got answers of several kinds, expected one kind", column=column
        ) from error


def coefficient_of(
    name: str,
    observed: float,
    expected: float,
    standard_error: float | None,
    *,
    cases: int,
    readers: int,
    df: float = math.inf,
    confidence: float = 0.95,
) -> Agreement:
    """Return (observed - expected) / (1 - expected) with its interval, cut at 1; undefined where expected is 1."""
    if 1 - expected < 1e-12:
        note = "not defined: all answers are the same"
        return Agreement(name, None, None, None, observed, expected, cases, readers, note)
    value = (observed - expected) / (1 - expected)
    if standard_error is None or not math.isfinite(standard_error):
        note = "no interval: too few cases"
        return Agreement(name, value, None, None, observed, expected, cases, readers, note)
    limits = estimate_interval(value, standard_error, df, confidence)
    interval = Interval(limits.lower, min(1.0, limits.upper))
    return Agreement(name, value, standard_error, interval, observed, expected, cases, readers)


def without_pairs(name: str, table: AnswerTable) -> Agreement:
    """Return the undefined coefficient of cases that nobody read twice."""
    note = "not defined: no case was read by two readers"
    return Agreement(name, None, None, None, None, None, 0, table.readers, note)
