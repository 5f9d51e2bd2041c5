"""`evaluate`: compare a bundle's pictures with real ones, each figure beside the bound of real against real.

The pictures are drawn into --out once and used again. --out gets evaluation.json and evaluation.html, a page that
needs no other file. A page with real mammograms stays outside of repositories.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mambo_engine.cli.engine_options import add_engine_arguments
from mambo_engine.cli.extractor_choice import HELP as EXTRACTOR_HELP
from mambo_engine.cli.extractor_choice import chosen_extractor
from mambo_engine.config import require

if TYPE_CHECKING:
    from mambo_engine.checkpoint import BundleManifest
    from mambo_engine.cli.picture_sources import Source
    from mambo_engine.evaluation.copies import Copies
    from mambo_engine.evaluation.features import Extractor
    from mambo_engine.evaluation.labels_read import FieldRead
    from mambo_engine.evaluation.pictures import PictureSet
    from mambo_engine.evaluation.record import Report

PHANTOM = "phantom"
DARK = 0.25
"""Largest value of real pictures, of white, up to which their depth was surely not that of the files."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    where = f"{PHANTOM}, a folder, or FILE.csv of `mambo manifest`, with :SPLIT for another split than"
    parser.add_argument("--bundle", required=True, help="a bundle's name or folder")
    parser.add_argument("--real", required=True, help=f"held-out pictures: {where} val")
    parser.add_argument("--train", help=f"pictures trained on, to screen for copies: {where} train")
    parser.add_argument("--generated", type=Path, help="folder of pictures drawn before (default: draw)")
    parser.add_argument("--count", type=int, default=16, help="pictures to draw (default: 16)")
    parser.add_argument("--real-count", type=int, help="of the real pictures (default: all; 32 phantoms)")
    parser.add_argument("--train-count", type=int, help="of the pictures trained on (default: all)")
    parser.add_argument(
        "--extractor",
        metavar="NAME|PATH",
        default="texture-16",
        help=EXTRACTOR_HELP,
    )
    parser.add_argument("--repeats", type=int, default=200, help="resampled sets an interval (default: 200)")
    parser.add_argument("--seed", type=int, default=0, help="of halves and resampling")
    parser.add_argument("--steps", type=int, help="network evaluations a patch (default: the bundle's)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    group = parser.add_argument_group("reading of files; as in the training")
    group.add_argument("--bits", type=int, help="depth of files that do not say it")
    group.add_argument("--trim", action="store_true", help="cut off air between the border and the chest wall")
    group.add_argument("--fit", choices=["scale", "pad"], default="scale", help="default: scale")
    add_engine_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Check everything that can be checked, draw, compare, write."""
    from mambo_engine.checkpoint import read_manifest
    from mambo_engine.cli.drawn_pictures import generated_source
    from mambo_engine.evaluation.protocol import check_counts
    from mambo_engine.evaluation.report import page

    manifest = read_manifest(options.bundle)
    _check(options)
    extractor = chosen_extractor(options.extractor)
    real = _source(options, manifest, options.real, training=False)
    train = _source(options, manifest, options.train, training=True) if options.train else None
    check_counts(options.count if options.generated is None else 2, len(real))
    held_out = real.load("real pictures")
    _check_depth(options, held_out)
    drawn, sampling = generated_source(options, manifest)
    generated = drawn.load("generated pictures")
    subject = _subject(manifest, sampling, {"generated": drawn, "real": real, "training": train})
    report = _report(options, manifest, extractor, (generated, held_out), train=train, subject=subject)
    options.out.mkdir(parents=True, exist_ok=True)
    found = report.to_mapping()
    _write(options.out / "evaluation.json", json.dumps(found, indent=1) + "\n")
    _write(options.out / "evaluation.html", page(report))
    if options.json:
        print(json.dumps(found))
    else:
        _tell(options, report)
    return 0


def _check(options: argparse.Namespace) -> None:
    require(options.count >= 2, f"--count: got {options.count}, expected at least 2")
    require(options.repeats >= 20, f"--repeats: got {options.repeats}, expected at least 20")
    require(options.steps is None or options.steps >= 1, f"--steps: got {options.steps}, expected at least 1")
    if any(text not in (None, PHANTOM) for text in (options.real, options.train)):
        from mambo_engine.cli.gallery import outside_a_repository

        outside_a_repository(options.out)


def _source(options: argparse.Namespace, manifest: BundleManifest, text: str, *, training: bool) -> Source:
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
        text,
        preparation,
        cache=options.out / "phantoms",
        count=options.train_count if training else options.real_count,
        training=training,
        option="--train" if training else "--real",
    )


def _check_depth(options: argparse.Namespace, real: PictureSet) -> None:
    """12-bit values in 16-bit files would make every real picture nearly black."""
    largest = float(real.images.max())
    require(
        options.bits is not None or largest > DARK,
        f"--real: got no value above {largest:.3f} of white, expected brighter pictures; "
        "give --bits where 16-bit files hold fewer bits",
    )


def _subject(
    manifest: BundleManifest, sampling: Mapping[str, Any], sources: Mapping[str, Source | None]
) -> dict[str, Any]:
    told = {name: one.about for name, one in sources.items() if one is not None}
    return {"bundle": manifest.name, "digest": manifest.digest, "sampling": dict(sampling), **told}


def _report(
    options: argparse.Namespace,
    manifest: BundleManifest,
    extractor: Extractor,
    sets: tuple[PictureSet, PictureSet],
    *,
    train: Source | None,
    subject: Mapping[str, Any],
) -> Report:
    from mambo_engine.cascade.grid import Grid
    from mambo_engine.evaluation.protocol import compare
    from mambo_engine.evaluation.record import Report

    geometry = manifest.geometry
    scales = {"patch": 1, "local": geometry.context_factor}
    grids = {
        name: Grid(geometry.size, geometry.patch_size * scale, geometry.overlap * scale)
        for name, scale in scales.items()
        if geometry.patch_size * scale < geometry.size
    }
    generated, real = sets
    compared = compare(
        generated, real, extractor=extractor, grids=grids, seed=options.seed, repeats=options.repeats
    )
    copies = None if train is None else _copies(extractor, sets, train)
    return Report(subject, compared, generated, real, copies, _labels(extractor, sets, options.seed))


def _labels(extractor: Extractor, sets: tuple[PictureSet, PictureSet], seed: int) -> tuple[FieldRead, ...]:
    from mambo_engine.evaluation.label_extractor import LabelExtractor
    from mambo_engine.evaluation.labels_read import labels_read

    return labels_read(extractor, *sets, seed=seed) if isinstance(extractor, LabelExtractor) else ()


def _copies(extractor: Extractor, sets: tuple[PictureSet, PictureSet], train: Source) -> Copies:
    from mambo_engine.evaluation.copies import screened

    portions = train.portions("pictures trained on")
    return screened(extractor, *sets, portions=portions, names=train.names, training=train.read)


def _write(path: Path, text: str) -> None:
    unfinished = path.with_name(f".{path.name}")
    unfinished.write_text(text)
    unfinished.replace(path)


def _tell(options: argparse.Namespace, report: Report) -> None:
    print(f"{'':42}{'generated':31}{'as many':>8}{'real':>9}")
    for one in report.comparison.figures:
        own, equal = one.generated, "" if one.equal is None else f"{one.equal:.3f}"
        interval = f"{own.estimate:.3f} ({own.low:.3f} to {own.high:.3f})"
        print(f"{one.title:42}{interval:31}{equal:>8}{one.real:9.3f}")
    for field in report.labels:
        print(f"{field.generated.name}: {field.generated.accuracy.estimate:.2f} read as asked")
    if report.copies is not None:
        print(report.copies.verdict)
    for note in report.comparison.notes:
        print(note)
    print(options.out / "evaluation.html")
