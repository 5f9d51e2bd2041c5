"""A table of an experiment: our figures with their intervals, the paper's beside them, and what differs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mambo_engine.config import require
from mambo_engine.evaluation.bootstrap import Interval

NOTHING = "–"
PAPER = "paper: "


@dataclass(frozen=True)
class Measured:
    """One figure.

    Attributes:
        value: the figure.
        low: lower end of its interval, where it has one.
        high: upper end.
    """

    value: float
    low: float | None = None
    high: float | None = None

    @classmethod
    def of(cls, interval: Interval) -> Measured:
        """A figure with the interval of a bootstrap."""
        return cls(interval.estimate, interval.low, interval.high)

    def told(self, digits: int) -> str:
        """As text: the value, and its interval in brackets."""
        if self.low is None or self.high is None:
            return f"{self.value:.{digits}f}"
        return f"{self.value:.{digits}f} ({self.low:.{digits}f} to {self.high:.{digits}f})"

    def to_dict(self) -> dict[str, float | None]:
        """Plain numbers; what is not finite becomes null, as JSON has no such number."""
        ends = {"value": self.value, "low": self.low, "high": self.high}
        return {name: None if end is None or not math.isfinite(end) else end for name, end in ends.items()}


@dataclass(frozen=True)
class Row:
    """One line of a table.

    Attributes:
        name: of what is compared: a method, a share, a setting.
        ours: figure by column; a column may be missing.
        paper: the paper's figure by the paper's column, as it prints it; may be missing.
    """

    name: str
    ours: Mapping[str, Measured] = field(default_factory=dict)
    paper: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A whole table.

    Attributes:
        name: as on the command line, such as table-3.
        title: one line.
        heading: of the first column.
        columns: ours, in order.
        paper_columns: the paper's, in order.
        rows: in order.
        differs: what keeps ours from being compared with the paper's by value, one line each.
        notes: what else a reader must know, one line each: what intervals are over, what could not be measured.
        digits: after the point, by column; 3 where not given.
    """

    name: str
    title: str
    heading: str
    columns: tuple[str, ...]
    paper_columns: tuple[str, ...]
    rows: tuple[Row, ...]
    differs: tuple[str, ...]
    notes: tuple[str, ...] = ()
    digits: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check that no row has a figure without a column, and that what differs is said."""
        require(bool(self.differs), f"{self.name}: got nothing that differs, expected at least the data")
        for row in self.rows:
            strange = sorted(({*row.ours} - {*self.columns}) | ({*row.paper} - {*self.paper_columns}))
            require(not strange, f"{self.name}, row {row.name}: got figures for unknown columns {strange}")

    def to_dict(self) -> dict[str, Any]:
        """The table as plain values, for JSON."""
        rows = [
            {
                "name": row.name,
                "ours": {name: one.to_dict() for name, one in row.ours.items()},
                "paper": dict(row.paper),
            }
            for row in self.rows
        ]
        return {
            "name": self.name,
            "title": self.title,
            "columns": list(self.columns),
            "paper_columns": list(self.paper_columns),
            "rows": rows,
            "differs": list(self.differs),
            "notes": list(self.notes),
        }

    def text(self) -> str:
        """For a terminal."""
        table = [self._header(), *map(self._cells, self.rows)]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in table
        ]
        return "\n".join([self.title, *lines, *self._remarks(lambda line: f"  {line}")])

    def markdown(self) -> str:
        """For a page."""
        header = self._header()
        lines = [header, ["---"] * len(header), *map(self._cells, self.rows)]
        table = ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]
        return "\n".join([f"**{self.title}**", "", *table, "", *self._remarks(lambda line: f"- {line}", gap=True)])

    def _header(self) -> list[str]:
        return [self.heading, *self.columns, *(f"{PAPER}{name}" for name in self.paper_columns)]

    def _cells(self, row: Row) -> list[str]:
        ours = [
            row.ours[name].told(self.digits.get(name, 3)) if name in row.ours else NOTHING for name in self.columns
        ]
        return [row.name, *ours, *(row.paper.get(name, NOTHING) for name in self.paper_columns)]

    def _remarks(self, bullet: Callable[[str], str], *, gap: bool = False) -> list[str]:
        between = [""] if gap else []
        parts: Sequence[tuple[str, Sequence[str]]] = (
            ("What differs from the paper:", self.differs),
            ("Notes:", self.notes),
        )
        found: list[str] = []
        for title, lines in parts:
            if lines:
                found += [*([""] if found and gap else []), title, *between, *map(bullet, lines)]
        return found
