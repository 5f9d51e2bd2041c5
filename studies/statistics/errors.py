"""What a table of readings, or a number asked for, can be refused for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class StatisticsError(ValueError):
    """A table or an argument that gives no number. The message tells got and expected, with column and rows.

    Args:
        message: what was got and what was expected.
        column: the column concerned, if there is one.
        rows: labels (of the frame's index) of the rows concerned.
    """

    def __init__(self, message: str, *, column: str | None = None, rows: Sequence[Any] = ()) -> None:
        """Keep the message, the column and the rows."""
        super().__init__(message)
        self.message = message
        self.column = column
        self.rows = tuple(rows)
