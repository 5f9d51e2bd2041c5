"""What the parts of `protocol` share: the options of drawing, and the reading of real pictures."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mambo_engine.cli.engine_options import add_engine_arguments

if TYPE_CHECKING:
    from mambo_engine.checkpoint import BundleManifest
    from mambo_engine.cli.picture_sources import Source
    from mambo_engine.evaluation.pictures import PictureSet
    from mambo_engine.replication.table import Table

PHANTOM = "phantom"


def add_drawing_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare bundle, real pictures, folder, sampler and engine."""
    where = f"{PHANTOM}, a folder, or FILE.csv of `mambo manifest` (split val, or FILE.csv:SPLIT)"
    parser.add_argument("--bundle", required=True, help="a bundle's name or folder")
    parser.add_argument("--real", required=True, help=f"held-out pictures: {where}")
    parser.add_argument("--steps", type=int, help="network evaluations a patch (default: the bundle's)")
    parser.add_argument("--sampler", help="ddpm, ddim, dpmpp_2m or dpmpp_2m_sde (default: the bundle's)")
    parser.add_argument("--out", type=Path, required=True, help="folder of the figures, and of what is kept")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    group = parser.add_argument_group("reading of files; as in the training")
    group.add_argument("--bits", type=int, help="depth of files that do not say it")
    group.add_argument("--trim", action="store_true", help="cut off air between the border and the chest wall")
    group.add_argument("--fit", choices=["scale", "pad"], default="scale", help="default: scale")
    add_engine_arguments(parser)


def picture_source(
    options: argparse.Namespace, manifest: BundleManifest, *, count: int | None, training: bool
) -> Source:
    """Open the pictures of --real at the side of the bundle.

    Args:
        options: parsed, with the arguments of `add_drawing_arguments`.
        manifest: of the bundle.
        count: a random choice where there are more; all where not given.
        training: those that a bundle may have learned from, or held-out ones.

    Raises:
        ConfigError: there is nothing of that name.
        DataError: the table is damaged.
    """
    from mambo_engine.cli.picture_sources import source
    from mambo_engine.data.fitting import Preparation

    preparation = Preparation(
        size=manifest.size,
        fit=options.fit,
        bits=manifest.intensity.bits,
        stored_bits=options.bits,
        trim=options.trim,
    )
    cache = options.out / "phantoms"
    return source(options.real, preparation, cache=cache, count=count, training=training, option="--real")


def real_pictures(options: argparse.Namespace, manifest: BundleManifest) -> PictureSet:
    """Read the held-out pictures of --real, --real-count of them.

    Raises:
        ConfigError: there is nothing of that name.
        DataError: a file or the table is damaged.
    """
    found = picture_source(options, manifest, count=options.real_count, training=False)
    return found.load("real pictures")


def write_table(
    table: Table, options: argparse.Namespace, facts: Mapping[str, Any], *, printed: bool = True
) -> None:
    """Write a table to --out as JSON, with what it rests on, and as Markdown; print it where `printed`."""
    options.out.mkdir(parents=True, exist_ok=True)
    found = {**facts, **table.to_dict()}
    (options.out / f"{table.name}.json").write_text(json.dumps(found, indent=1, allow_nan=False) + "\n")
    (options.out / f"{table.name}.md").write_text(table.markdown() + "\n")
    if printed:
        print(json.dumps(found, allow_nan=False) if options.json else table.text())
