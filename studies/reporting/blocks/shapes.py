"""What a page of the report is made of: blocks with a finding, a figure and a table. Knows no HTML."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from studies.statistics.intervals import Interval

Cell = str | int | float | None
NOT_DEFINED = "not defined"


@dataclass(frozen=True)
class Table:
    """Numbers as rows; a cell of None is not defined and shown with these words.

    Attributes:
        columns: names; the first heads the rows.
        strong: numbers (from 0) of rows that sum up others.
        digits: of numbers that are not whole.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    strong: tuple[int, ...] = ()
    digits: int = 3

    def __post_init__(self) -> None:
        for number, row in enumerate(self.rows):
            if len(row) != len(self.columns):
                raise ValueError(f"row {number}: got {len(row)} cells, expected {len(self.columns)}")

    @property
    def heads(self) -> list[tuple[str, bool]]:
        """The columns' names, and whether a column holds numbers."""
        parts = [row["cells"] for row in self.shown]
        return [
            (name, place > 0 and any(cells[place]["number"] for cells in parts))
            for place, name in enumerate(self.columns)
        ]

    @property
    def shown(self) -> list[dict[str, Any]]:
        """The rows as text, for a page: `cells` with `text`, a `small` line, whether a `number`; `strong`."""
        return [
            {
                "strong": number in self.strong,
                "cells": [_cell(cell, self.digits) for cell in row],
            }
            for number, row in enumerate(self.rows)
        ]


@dataclass(frozen=True)
class Picture:
    """One case of a gallery: code, words below, and marks to draw over it (in pixels of the study's picture)."""

    case: str
    caption: str
    marks: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Block:
    """One finding. `svg` is ready to be put into a page; without readings for it there is a `missing` reason.

    Attributes:
        key: short name, for addresses and file names.
        title: the finding in a sentence.
        note: what the figure or table shows.
        table: the numbers behind the figure, or the table itself; `data`: more columns for the file, if any.
        method: sentences.
    """

    key: str
    title: str
    note: str = ""
    svg: str = ""
    table: Table | None = None
    data: Table | None = None
    pictures: tuple[Picture, ...] = ()
    method: tuple[str, ...] = ()
    missing: str = ""
    open_table: bool = field(default=False)

    @property
    def numbers(self) -> Table | None:
        """What the file of this block's numbers holds."""
        return self.data or self.table


def shown(cell: Cell, digits: int = 3) -> str:
    """Return a cell as text: never an empty or undefined number without a word."""
    if cell is None:
        return NOT_DEFINED
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        if not math.isfinite(cell):
            return NOT_DEFINED if math.isnan(cell) else "unbounded"
        return f"{cell:.{digits}f}"
    return str(cell)


_WITH_LIMITS = re.compile(r"^(-?[\d.]+) \((.*)\)$")


def _cell(cell: Cell, digits: int) -> dict[str, Any]:
    """Return text, a smaller second line where it holds an interval, and whether it is a number."""
    text = shown(cell, digits)
    split = _WITH_LIMITS.match(text)
    if split:
        # A dash is shorter than a word, and clear as long as no limit has a sign.
        small = split[2] if "-" in split[2] else split[2].replace(" to ", "–")
        return {"text": split[1], "small": small, "number": True}
    return {"text": text, "small": "", "number": not isinstance(cell, str)}


def limits(interval: Interval | None) -> tuple[float | None, float | None]:
    """Return both limits, or None twice."""
    return (interval.lower, interval.upper) if interval else (None, None)


def p_words(p: float | None) -> str:
    """Return a p value as text."""
    if p is None:
        return NOT_DEFINED
    return "below .001" if p < 0.001 else f"{p:.3f}"


def readers_words(names: Sequence[str], most: int = 8) -> str:
    """Return names in a row, cut with a count."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
