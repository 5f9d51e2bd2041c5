"""`protocol table-7`: pictures drawn with contexts changed or taken away, and by bundles trained otherwise.

Drawn pictures are kept in --out; the same command goes on from there.
"""

from __future__ import annotations

import argparse
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from mambo_engine.cli.engine_options import cascade_from
from mambo_engine.cli.extractor_choice import HELP as EXTRACTOR_HELP
from mambo_engine.cli.extractor_choice import chosen_extractor
from mambo_engine.cli.protocol_options import add_drawing_arguments, real_pictures, write_table
from mambo_engine.config import require

if TYPE_CHECKING:
    from mambo_engine.cascade.cascade import Cascade
    from mambo_engine.cascade.options import DrawOptions
    from mambo_engine.checkpoint import BundleManifest
    from mambo_engine.evaluation.pictures import PictureSet
    from mambo_engine.evaluation.protocol import Comparison
    from mambo_engine.replication.ablation import Variant
    from mambo_engine.replication.table import Row


def add_arguments(parser: argparse.ArgumentParser, part: str) -> None:
    """Declare the arguments."""
    add_drawing_arguments(parser)
    parser.add_argument(
        "--beside", action="append", default=[], metavar="BUNDLE", help="drawn as trained; may be repeated"
    )
    parser.add_argument("--count", type=int, default=6, help="pictures a row, labels in turn (default: 6)")
    parser.add_argument("--real-count", type=int, default=32, help="of the real pictures (default: 32)")
    parser.add_argument("--repeats", type=int, default=200, help="resampled sets an interval (default: 200)")
    parser.add_argument("--seed", type=int, default=0, help="of the first picture, halves and resampling")
    parser.add_argument("--extractor", metavar="NAME|FILE", default="texture-16", help=EXTRACTOR_HELP)


def run(options: argparse.Namespace) -> int:
    """Check, draw what is missing, measure, write."""
    from mambo_engine.checkpoint import read_manifest
    from mambo_engine.replication.ablation import ablation_table, real_row, row_of

    require(options.count >= 2, f"--count: got {options.count}, expected at least 2")
    require(options.real_count >= 4, f"--real-count: got {options.real_count}, expected at least 4")
    require(options.repeats >= 20, f"--repeats: got {options.repeats}, expected at least 20")
    bundles = [options.bundle, *options.beside]
    manifests = [read_manifest(bundle) for bundle in bundles]
    extractor = chosen_extractor(options.extractor, crop_px=min(one.patch_size for one in manifests))
    rows: list[Row] = []
    facts: dict[str, Any] = {"real": options.real, "seed": options.seed, "bundles": {}}
    for number, (bundle, manifest) in enumerate(zip(bundles, manifests, strict=True)):
        real = real_pictures(options, manifest)
        found: Comparison | None = None
        for variant, cascade in _cascades(options, bundle, manifest, first=number == 0):
            drawn, seconds = _drawn(options, manifest, variant, cascade)
            found = _compared(options, drawn, real, cascade, extractor)
            rows.append(row_of(variant, found, seconds))
        if found is not None and number == 0:
            rows.append(real_row(found))
        facts["bundles"][manifest.name] = manifest.digest
    notes = [
        f"{options.count} pictures a row, the same seeds and labels in each; {options.steps or 'default'} steps; "
        f"features: {extractor.name}, {extractor.comparable}",
        f"95 % intervals: whole pictures resampled, {options.repeats} times; seconds on this machine, median",
        "a context that is taken away is given as its own mean; a region of another k is one that stage 3 was "
        "not trained on",
    ]
    write_table(ablation_table(rows, differs=_differs(manifests), notes=notes), options, facts)
    return 0


def _cascades(
    options: argparse.Namespace, bundle: str, manifest: BundleManifest, *, first: bool
) -> list[tuple[Variant, Cascade]]:
    """All variants of the first bundle; of those beside it the pictures as they were trained."""
    from mambo_engine.replication.ablation import UNIFIED, Variant, ablated, variants

    cascade, _ = cascade_from(options, bundle)
    if first:
        return [(variant, ablated(cascade, variant)) for variant in variants(cascade)]
    own = manifest.geometry.context_factor
    like = UNIFIED if own > 3 else f"k = {own}"
    return [(Variant(f"{manifest.name}, trained with k = {own}", like=like), cascade)]


def _drawn(
    options: argparse.Namespace, manifest: BundleManifest, variant: Variant, cascade: Cascade
) -> tuple[NDArray[np.float32], list[float]]:
    """Pictures (n, size, size), and the seconds of each that was timed."""
    from mambo_engine.cli.kept_pictures import KeptPictures
    from mambo_engine.cli.sample import turn

    asked: DrawOptions = {"steps": options.steps, "sampler": options.sampler}
    kept = KeptPictures(options.out, {"digest": manifest.digest, **asked})
    images, seconds = [], []
    for seed in tqdm(
        range(options.seed, options.seed + options.count), desc=variant.name, unit="picture", disable=None
    ):
        took: list[float] = []
        draw = partial(_timed, cascade, turn(manifest.vocabulary, seed), seed, asked, took)
        facts = {"variant": variant.name, "seed": seed}
        name = f"{manifest.name}-{variant.name}-{seed:05d}".replace(" ", "-").replace(",", "").replace("=", "")
        images.append(kept.picture(name, facts, draw))
        times = kept.picture(f"{name}-seconds", facts, partial(np.array, took, np.float32))
        seconds += [float(one) for one in times]
    return np.stack(images), seconds


def _timed(
    cascade: Cascade, labels: dict[str, str], seed: int, asked: DrawOptions, took: list[float]
) -> NDArray[np.float32]:
    started = time.perf_counter()
    image = cascade.sample(labels, seed, **asked).image
    took.append(time.perf_counter() - started)
    return image


def _compared(
    options: argparse.Namespace, drawn: NDArray[np.float32], real: PictureSet, cascade: Cascade, extractor: Any
) -> Comparison:
    from mambo_engine.evaluation.pictures import PictureSet
    from mambo_engine.evaluation.protocol import compare
    from mambo_engine.replication.ablation import seam_grids

    pictures = PictureSet(drawn, tuple(f"seed {options.seed + i}" for i in range(len(drawn))))
    grids = seam_grids(cascade)
    return compare(pictures, real, extractor=extractor, grids=grids, seed=options.seed, repeats=options.repeats)


def _differs(manifests: list[BundleManifest]) -> list[str]:
    trained = "; ".join(f"{one.name}: {one.data}" for one in manifests)
    sizes = ", ".join(f"{one.name} {one.geometry.size} px of {one.patch_size}-px patches" for one in manifests)
    return [
        "training: the paper trains a network anew for each row; the rows of the first bundle change the contexts "
        "of networks that were trained with all of them and could not learn to do without",
        f"data: {trained}",
        f"size: {sizes}; the paper's 256-px patches",
        "contexts: ours have an aligned one, which shows what the others show, in place; the paper has none",
        "figures: built-in features on whole pictures, spectrum and seams; the paper has FID and LPIPS of 5,100 "
        "crops of 400 pictures by DDIM of 150 steps, no seams",
    ]
