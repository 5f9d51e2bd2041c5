"""`references`: keep of the pictures trained on what a site needs to screen drawn ones for copies.

Run it where the training images are, and put the file into the folder `references` of the site's data folder.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mambo_engine.checkpoint import BundleManifest
    from mambo_engine.cli.picture_sources import Source


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    where = "phantom, a folder, or FILE.csv of `mambo manifest`, with :SPLIT for another split than"
    parser.add_argument("--bundle", required=True, help="a bundle's name or folder")
    parser.add_argument("--train", required=True, help=f"pictures trained on: {where} train")
    parser.add_argument("--real", required=True, help=f"pictures of other patients, to calibrate by: {where} val")
    parser.add_argument("--train-count", type=int, help="of the pictures trained on (default: all)")
    parser.add_argument("--real-count", type=int, help="of the other pictures (default: all; 32 phantoms)")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.npz")
    group = parser.add_argument_group("reading of files; as in the training")
    group.add_argument("--bits", type=int, help="depth of files that do not say it")
    group.add_argument("--trim", action="store_true", help="cut off air between the border and the chest wall")
    group.add_argument("--fit", choices=["scale", "pad"], default="scale", help="default: scale")


def run(options: argparse.Namespace) -> int:
    """Read both sets, write the file, tell the threshold."""
    from mambo_engine.checkpoint import read_manifest
    from mambo_engine.cli.gallery import outside_a_repository
    from mambo_engine.config import require
    from mambo_engine.evaluation.references import CopyReferences

    manifest = read_manifest(options.bundle)
    require(options.out.suffix == ".npz", f"--out: got {options.out.name}, expected a name ending in .npz")
    if any(text != "phantom" for text in (options.train, options.real)):
        outside_a_repository(options.out.parent)
    with tempfile.TemporaryDirectory() as folder:
        train = _source(options, manifest, training=True, cache=Path(folder) / "train")
        real = _source(options, manifest, training=False, cache=Path(folder) / "real")
        made = CopyReferences.of(
            train.portions("pictures trained on"),
            real.portions("other pictures"),
            digest=manifest.digest,
            about=f"{train.about}; calibrated on {real.about}",
        )
    options.out.parent.mkdir(parents=True, exist_ok=True)
    made.save(options.out)
    nearest = float(made.held_out.min())
    print(f"{len(made.training)} pictures trained on, {len(made.held_out)} others, the nearest at {nearest:.3f}")
    print(options.out)
    return 0


def _source(options: argparse.Namespace, manifest: BundleManifest, *, training: bool, cache: Path) -> Source:
    from mambo_engine.cli.picture_sources import source
    from mambo_engine.data.fitting import Preparation

    preparation = Preparation(
        size=manifest.size,
        fit=options.fit,
        bits=manifest.intensity.bits,
        stored_bits=options.bits,
        trim=options.trim,
    )
    return source(
        options.train if training else options.real,
        preparation,
        cache=cache,
        count=options.train_count if training else options.real_count,
        training=training,
        option="--train" if training else "--real",
    )
