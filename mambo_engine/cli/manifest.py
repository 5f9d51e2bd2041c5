"""`manifest`: write the table of images, patients, splits and labels of a published data set."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from mambo_engine.errors import ConfigError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("name", metavar="NAME", help="vindr, rsna, inbreast, cbis-ddsm, cesm or mias")
    parser.add_argument("root", type=Path, metavar="ROOT", help="the folder that holds the data set")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the CSV file to write")
    parser.add_argument("--seed", type=int, default=0, help="of the split by patient (default: 0)")
    parser.add_argument("--val", type=float, default=0.1, help="share of patients held out (default: 0.1)")
    parser.add_argument("--test", type=float, default=0.1, help="share of patients for tests (default: 0.1)")
    parser.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="COLUMN=VALUE",
        help="keep only images with this value in the data set's own tables; two of one column mean either",
    )


def run(options: argparse.Namespace) -> int:
    """Write the manifest and say what it holds."""
    from mambo_engine.data.manifest import write_manifest
    from mambo_engine.data.published import make_manifest

    if not (options.val >= 0 and options.test >= 0 and options.val + options.test < 1):
        raise ConfigError(f"val and test: got {options.val:g} and {options.test:g}, expected less than 1 together")
    unclear = [text for text in options.where if "=" not in text]
    if unclear:
        raise ConfigError(f"where: got {unclear[0]!r}, expected COLUMN=VALUE")
    made = make_manifest(
        options.name,
        options.root,
        folder=options.out.parent,
        seed=options.seed,
        val=options.val,
        test=options.test,
        where=_values(options.where),
    )
    write_manifest(made.rows, options.out)
    counts = Counter(row.split for row in made.rows)
    parts = ", ".join(f"{counts[split]} {split}" for split in ("train", "val", "test"))
    patients = len({row.patient for row in made.rows})
    print(f"{options.out}: {len(made.rows)} images of {patients} patients ({parts})")
    if made.absent:
        print(f"{made.absent} images of the data set's tables have no file in {options.root}")
    return 0


def _values(conditions: Sequence[str]) -> dict[str, list[str]]:
    """Columns and their wanted values."""
    values: dict[str, list[str]] = {}
    for column, value in (text.split("=", 1) for text in conditions):
        values.setdefault(column, []).append(value)
    return values
