"""Figures that other benchmarks measured, read from the document they stand in; and what all of them come to."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from bench.capacity.costs import Costs, Demand, Needs, needs, readers_of_one_study
from bench.table import Row
from webapp.imaging.pyramid.geometry import PyramidDescriptor

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
MONTH_HOURS, READING_HOURS = 30 * 24, 30 * 8  # machines that serve readers are rented while they read
PATCHES, STEPS = 1 + 36 + 289, 25
# One reading in so many seconds: the log-normal of the simulated readers has a median of 14 s.
SECONDS_PER_CASE = 17.0
DEMANDS = {
    "one center": Demand(
        readers=6, studies=1, seconds_per_case=SECONDS_PER_CASE, pictures=2_000, answers=10_000,
        drawings_per_day=50,
    ),
    "three continents": Demand(
        readers=200, studies=10, seconds_per_case=SECONDS_PER_CASE, pictures=50_000, answers=1_000_000,
        drawings_per_day=1_000,
    ),
    "10,000 readers": Demand(
        readers=10_000, studies=100, seconds_per_case=SECONDS_PER_CASE, pictures=1_000_000, answers=100_000_000,
        drawings_per_day=10_000,
    ),
}  # fmt: skip


def from_documents() -> dict[str, float]:
    """Return the costs that the benchmarks of tiles and of the bundled models measured.

    Raises:
        ValueError: when the document has no such row.
    """
    text = DOCUMENT.read_text()
    megabytes = figure(text, "tiles", "its size")
    return {
        "tile_s": figure(text, "tiles", "processor time a request, tiles of tissue") / 1000,
        "tiles": float(PyramidDescriptor(3840, 3840, 12).tile_count),
        "case_bytes": megabytes * 1e6,
        "picture_bytes": megabytes * 1e6,
        "drawing_s": figure(text, "model", "cesm: a picture of 512 × 512, 1 thread"),
    }


def figure(text: str, table: str, what: str) -> float:
    """Return the value of a row of a table that a benchmark put into a document.

    Raises:
        ValueError: when there is no such row.
    """
    _, _, rest = text.partition(f"<!-- {table}: begin -->")
    rows, _, _ = rest.partition(f"<!-- {table}: end -->")
    found = re.search(rf"^\| {re.escape(what)} \| ([\d.e+-]+)", rows, re.MULTILINE)
    if not found:
        raise ValueError(
            f"{table}: got no row {what!r} in the document; run `./dev bench {table} --markdown` first"
        )
    return float(found[1])


def carried(costs: Costs) -> list[Row]:
    """Return what each demand needs, largest last, and what the paper's networks would take."""
    rows = []
    for name, demand in DEMANDS.items():
        rows += _rows(name, demand, needs(demand, costs))
    most = readers_of_one_study(next(iter(DEMANDS.values())), costs)
    crowded = replace(DEMANDS["10,000 readers"], studies=1)
    return [
        *rows,
        Row("readers of one study at once until its row is locked 60 % of the time", most, ""),
        Row(
            "10,000 readers in one study: its row is locked",
            needs(crowded, costs).busiest_study,
            "times the time there is",
        ),
        Row(
            "operations of one 3840 × 3840 picture of the paper's networks, 25 steps",
            paper_operations() / 1e15,
            "PFLOP",
        ),
    ]


def paper_operations() -> float:
    """Return the operations of the paper's cascade: 1 + 36 + 289 patches of 256 px (section 3), 25 steps each."""
    from bench.engine.forward import forward_operations
    from mambo_engine.config import NetworkConfig

    return PATCHES * STEPS * forward_operations(NetworkConfig(in_channels=3), 256)


def _rows(name: str, demand: Demand, needed: Needs) -> list[Row]:
    reading = (needed.web_cores + needed.database_cores) * READING_HOURS
    return [
        Row(f"{name}: web cores", needed.web_cores, ""),
        Row(f"{name}: database cores", needed.database_cores, ""),
        Row(f"{name}: cores that draw", needed.drawing_cores, ""),
        Row(f"{name}: core hours a month", reading + needed.drawing_cores * MONTH_HOURS, "h"),
        Row(f"{name}: tiles to readers", needed.traffic_bit_s / 1e9, "Gbit/s"),
        Row(f"{name}: tile packs", needed.picture_bytes / 1e12, "TB"),
        Row(f"{name}: answers in the database", needed.database_bytes / 1e9, "GB"),
        Row(f"{name}: the busiest study's row is locked", 100 * needed.busiest_study, "% of the time"),
    ]
