"""`./dev bench [NAME ...] [--json FILE]`: runs measurements and prints one table each."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable
from pathlib import Path

from bench import engine, tiles
from bench.table import Row, print_table

BENCHES: dict[str, Callable[[], list[Row]]] = {"engine": engine.measure, "tiles": tiles.measure}


def main() -> int:
    """Run the named measurements, or all."""
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(BENCHES)}; default: all")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in BENCHES]
    if unknown:
        parser.error(f"unknown measurement {unknown[0]!r}: expected one of {', '.join(BENCHES)}")
    found = {name: BENCHES[name]() for name in options.names or BENCHES}
    for name, rows in found.items():
        print_table(name, rows)
    if options.json:
        machine = {"python": platform.python_version(), "machine": platform.machine(), "system": platform.system()}
        figures = {name: [row.to_dict() for row in rows] for name, rows in found.items()}
        options.json.write_text(json.dumps({"machine": machine, "figures": figures}, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
