"""`protocol`: one table or figure of the paper on other data, the paper's numbers beside its own.

Data, sizes and networks differ from the paper's: each part says how. What was drawn or measured is kept in --out,
and the same command goes on from there.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from types import ModuleType

PARTS = {
    "table-1": ("patch_protocol", "Fréchet distance of patches on real contexts, and of patches from noise"),
    "table-3": ("replacement_protocol", "a classifier whose real training pictures are replaced by drawn ones"),
    "table-4": ("enlarging_protocol", "real pictures shrunk and enlarged again; with table 5"),
    "table-5": ("enlarging_protocol", "the same as table-4: both tables have one protocol"),
    "table-6": ("lesion_protocol", "anomaly maps against true lesions, by lesion area; with table 9"),
    "table-7": ("ablation_protocol", "pictures drawn with contexts changed or taken away"),
    "table-9": ("lesion_protocol", "the same by noise level; with table 6"),
    "figure-9": ("patch_protocol", "seams by the width of the overlap"),
}
"""By name: the file of this folder that runs it, and one line about it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of each part."""
    parts = parser.add_subparsers(dest="part", required=True, metavar="PART")
    for name, (_, about) in PARTS.items():
        _file(name).add_arguments(parts.add_parser(name, help=about, description=about), name)


def run(options: argparse.Namespace) -> int:
    """Run one part."""
    return int(_file(options.part).run(options))


def _file(part: str) -> ModuleType:
    return import_module(f"mambo_engine.cli.{PARTS[part][0]}")
