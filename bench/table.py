"""One row a measurement, one table a subject."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Row:
    """A figure, its unit, and the peer it was measured against in the same run.

    Args:
        what: was measured.
        value: the figure.
        unit: of the figure.
        peer: what it was measured against.
        ratio: figure by peer.
        wrong: a figure that must not be; the run ends with status 1.
    """

    what: str
    value: float
    unit: str
    peer: str = ""
    ratio: float | None = None
    wrong: bool = False

    def to_dict(self) -> dict[str, object]:
        """Return the row for JSON."""
        return asdict(self)


def median_seconds(call: Callable[[], object], *, repeats: int = 5) -> float:
    """Return the median wall time of `call` over `repeats` runs, after one that is not counted."""
    call()
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        call()
        times.append(time.perf_counter() - started)
    return sorted(times)[len(times) // 2]


def print_table(name: str, rows: list[Row]) -> None:
    """Print the rows of one subject."""
    width = max(len(row.what) for row in rows)
    lines = [f"\n{name}"]
    for row in rows:
        against = f"   {row.ratio:.2f} × {row.peer}" if row.ratio is not None else ""
        lines.append(f"  {row.what:<{width}}  {row.value:10.3f} {row.unit:<10}{against}")
    sys.stdout.write("\n".join(lines) + "\n")


def markdown_table(rows: list[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = ["| measured | value | against |", "| --- | ---: | --- |"]
    for row in rows:
        against = f"{row.ratio:.2f} × {row.peer}" if row.ratio is not None else ""
        lines.append(f"| {row.what.strip()} | {row.value:.4g} {row.unit} | {against} |".replace("  ", " "))
    return "\n".join(lines)


def replace_tables(text: str, found: dict[str, list[Row]], note: str) -> str:
    """Put each table between `<!-- NAME: begin -->` and `<!-- NAME: end -->` in `text`, after a note.

    Raises:
        ValueError: the markers of a measurement are not there.
    """
    for name, rows in found.items():
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        before, marked, rest = text.partition(begin)
        _, closed, after = rest.partition(end)
        if not (marked and closed):
            raise ValueError(f"{name}: got no markers, expected {begin} and {end}")
        text = f"{before}{begin}\nMeasured on: {note}.\n\n{markdown_table(rows)}\n{end}{after}"
    return text
