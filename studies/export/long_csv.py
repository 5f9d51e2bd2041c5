"""One row per reading, as CSV that a spreadsheet can open without harm."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

_RISKY = ("=", "+", "-", "@", "\t", "\r")


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield the header and each row as a line of CSV (RFC 4180), for streaming.

    Args:
        columns: names, in order.
        rows: one sequence of values per row, as long as `columns`; None becomes an empty cell.

    Raises:
        ValueError: when a row has another length.
    """
    yield _line(columns)
    for number, row in enumerate(rows, 1):
        if len(row) != len(columns):
            raise ValueError(f"row {number}: got {len(row)} values, expected {len(columns)}")
        yield _line([_cell(value) for value in row])


def _cell(value: Any) -> Any:
    """Return the value as a cell: text that a spreadsheet would run as a formula gets an apostrophe."""
    if value is None or value != value:  # NaN is the one value that differs from itself
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and value.startswith(_RISKY):
        return f"'{value}"
    return value


def _line(values: Sequence[Any]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(values)
    return buffer.getvalue()
