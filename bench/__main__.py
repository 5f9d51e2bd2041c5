"""`./dev bench [NAME ...] [--json FILE] [--markdown FILE]`: runs measurements and prints one table each."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from bench import (
    capacity,
    cluster,
    engine,
    faults,
    generation,
    ingest,
    model,
    statistics,
    studies,
    tiles,
    training_hosts,
    viewer,
)
from bench.machine import machine_facts
from bench.table import Row, print_table, replace_tables

BENCHES: dict[str, Callable[[argparse.Namespace], list[Row]]] = {
    "capacity": lambda options: capacity.measure(quick=options.quick),
    "cluster": lambda options: cluster.measure(quick=options.quick, page=options.markdown),
    "engine": lambda options: engine.measure(options.bundle, quick=options.quick),
    "faults": lambda options: faults.measure(quick=options.quick),
    "generation": lambda options: generation.measure(options.bundle, quick=options.quick),
    "ingest": lambda options: ingest.measure(quick=options.quick),
    "model": lambda options: model.measure(quick=options.quick),
    "statistics": lambda options: statistics.measure(quick=options.quick),
    "studies": lambda options: studies.measure(quick=options.quick),
    "tiles": lambda options: tiles.measure(),
    "training-hosts": lambda options: training_hosts.measure(quick=options.quick),
    "viewer": lambda options: viewer.measure(),
}


def build_parser() -> argparse.ArgumentParser:
    """Return the parser."""
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(BENCHES)}; default: all")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--markdown", type=Path, help="also put the tables between the markers of this file")
    parser.add_argument("--bundle", default="phantom", help="the model of the engine's rows (default: phantom)")
    parser.add_argument("--quick", action="store_true", help="see that every engine row works; no figures to keep")
    return parser


def main() -> int:
    """Run the named measurements, or all."""
    parser = build_parser()
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in BENCHES]
    if unknown:
        parser.error(f"unknown measurement {unknown[0]!r}: expected one of {', '.join(BENCHES)}")
    names = options.names or list(BENCHES)
    if options.markdown:  # fails before the work rather than after it
        replace_tables(options.markdown.read_text(), {name: [] for name in names}, "")
    found = {name: BENCHES[name](options) for name in names}
    for name, rows in found.items():
        print_table(name, rows)
    if options.json:
        figures = {name: [row.to_dict() for row in rows] for name, rows in found.items()}
        content = {"machine": machine_facts(), "quick": options.quick, "figures": figures}
        options.json.write_text(json.dumps(content, indent=2) + "\n")
    if options.markdown:
        note = ", ".join(f"{value}" for value in machine_facts().values()) + (", QUICK" if options.quick else "")
        options.markdown.write_text(replace_tables(options.markdown.read_text(), found, note))
    wrong = [row.what for rows in found.values() for row in rows if row.wrong]
    if wrong:
        sys.stderr.write(f"Not as it must be: {'; '.join(wrong)}.\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
