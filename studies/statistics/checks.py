"""Whether a table of readings can be computed with: columns, truth, numbers and doubles, refused by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from studies.statistics.errors import StatisticsError

SHOWN = 5


def require_columns(frame: pd.DataFrame, names: Sequence[str]) -> None:
    """Refuse a frame without these columns, or without a row.

    Raises:
        StatisticsError: when a column is missing or there is no row.
    """
    missing = sorted(set(names) - set(map(str, frame.columns)))
    if missing:
        got = ", ".join(map(str, frame.columns)) or "none"
        raise StatisticsError(f"columns: got {got}; expected also {', '.join(missing)}", column=missing[0])
    if frame.empty:
        raise StatisticsError("got no reading, expected at least one")


def require_present(frame: pd.DataFrame, column: str) -> None:
    """Refuse blank cells of a column.

    Raises:
        StatisticsError: naming the rows.
    """
    blank = frame.index[frame[column].isna()]
    if len(blank):
        raise _refusal(column, blank, "no value", "one in every row")


def booleans(frame: pd.DataFrame, column: str) -> NDArray[np.bool_]:
    """Return a column of booleans (or 0 and 1) as (n,) booleans.

    Raises:
        StatisticsError: where a cell is blank or anything else.
    """
    require_present(frame, column)
    values = frame[column]
    wrong = frame.index[~values.isin([True, False]).to_numpy(bool)]
    if len(wrong):
        raise _refusal(column, wrong, shown_value(values.loc[wrong[0]]), "true or false")
    return values.astype(bool).to_numpy()


def boolean_array(values: ArrayLike, name: str) -> NDArray[np.bool_]:
    """Return an array of booleans (or 0 and 1), of any shape, as booleans.

    Raises:
        StatisticsError: naming the array, when an element is anything else.
    """
    array = np.asarray(values)
    if array.dtype == bool or array.size == 0:
        return array.astype(bool)
    cells = pd.Series(array.ravel().astype(object))
    wrong = cells[~cells.isin([True, False])]
    if len(wrong):
        raise StatisticsError(f"{name}: got {shown_value(wrong.iloc[0])}, expected booleans", column=name)
    return array.astype(bool)


def numbers(frame: pd.DataFrame, column: str) -> NDArray[np.float64]:
    """Return a column of numbers as (n,) float64; blank cells are NaN.

    Raises:
        StatisticsError: where a cell is neither blank nor a finite number.
    """
    values = frame[column]
    parsed = pd.to_numeric(values, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    wrong = frame.index[(np.isnan(parsed) & values.notna().to_numpy(bool)) | np.isinf(parsed)]
    if len(wrong):
        raise _refusal(column, wrong, shown_value(values.loc[wrong[0]]), "finite numbers")
    return parsed


def require_unique(frame: pd.DataFrame, keys: Sequence[str]) -> None:
    """Refuse two rows with the same keys.

    Raises:
        StatisticsError: naming the rows.
    """
    double = frame.index[frame.duplicated(list(keys), keep=False)]
    if len(double):
        raise StatisticsError(
            f"rows {_shown(double)}: got the same {', '.join(keys)} more than once, expected one row for each",
            column=keys[0],
            rows=list(double),
        )


def require_one_truth(frame: pd.DataFrame) -> None:
    """Refuse a case that is positive in one row and negative in another.

    Raises:
        StatisticsError: naming the rows of the first such cases.
    """
    values = frame.groupby("case")["truth"].transform("nunique")
    wrong = frame.index[(values > 1).to_numpy(bool)]
    if len(wrong):
        cases = sorted(frame.loc[wrong, "case"].astype(str).unique())
        raise StatisticsError(
            f"truth, rows {_shown(wrong)}: got both classes for case {', '.join(cases[:SHOWN])}, expected one",
            column="truth",
            rows=list(wrong),
        )


def require_confidence(confidence: float) -> None:
    """Refuse a confidence outside (0, 1).

    Raises:
        StatisticsError: when it is out of range.
    """
    if not 0 < confidence < 1:
        raise StatisticsError(f"confidence: got {confidence}, expected a value in (0, 1)")


def shown_value(value: object) -> str:
    """Return a value as an error shows it: text in quotes, anything else plain."""
    return repr(value) if isinstance(value, str) else str(value)


def _refusal(column: str, rows: pd.Index[Any], got: str, expected: str) -> StatisticsError:
    return StatisticsError(
        f"{column}, rows {_shown(rows)}: got {got}, expected {expected}", column=column, rows=list(rows)
    )


def _shown(rows: pd.Index[Any]) -> str:
    more = f" and {len(rows) - SHOWN} more" if len(rows) > SHOWN else ""
    return ", ".join(map(str, rows[:SHOWN])) + more
