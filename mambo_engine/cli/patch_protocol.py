"""`protocol table-1` (patches on real contexts, and from noise) and `protocol figure-9` (seams by overlap).

The features, the pictures and their number differ from the paper's, so only the order of the rows can be compared.
Pictures that were drawn are kept in --out and used again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from mambo_engine.cli.engine_options import cascade_from
from mambo_engine.cli.extractor_choice import HELP as EXTRACTOR_HELP
from mambo_engine.cli.extractor_choice import chosen_extractor
from mambo_engine.cli.protocol_options import add_drawing_arguments, real_pictures
from mambo_engine.config import require

if TYPE_CHECKING:
    from mambo_engine.cascade.result import CascadeResult
    from mambo_engine.checkpoint import BundleManifest
    from mambo_engine.cli.kept_pictures import KeptPictures
    from mambo_engine.evaluation.overlaps import OverlapSeams
    from mambo_engine.evaluation.patch_drawing import Canvases, Walk
    from mambo_engine.evaluation.patch_settings import SettingFigure
    from mambo_engine.evaluation.pictures import PictureSet

TABLE, FIGURE = "table-1", "figure-9"


def add_arguments(parser: argparse.ArgumentParser, part: str) -> None:
    """Declare the arguments of one part."""
    add_drawing_arguments(parser)
    parser.add_argument("--real-count", type=int, default=16, help="of the real pictures (default: 16)")
    parser.add_argument("--repeats", type=int, default=200, help="resampled sets an interval (default: 200)")
    parser.add_argument("--seed", type=int, default=0, help="of places, noise, halves and resampling")
    if part == TABLE:
        parser.add_argument("--pipeline", type=int, default=8, help="pictures to draw from noise (default: 8)")
        parser.add_argument("--extractor", metavar="NAME|FILE", default="texture-16", help=EXTRACTOR_HELP)
    else:
        parser.add_argument("--overlaps", default="0,4,8,16", help="widths, px (default: 0,4,8,16)")


def run(options: argparse.Namespace) -> int:
    """Check, draw what is missing, measure, write."""
    from mambo_engine.checkpoint import read_manifest
    from mambo_engine.cli.kept_pictures import KeptPictures

    manifest = read_manifest(options.bundle)
    require(options.real_count >= 4, f"--real-count: got {options.real_count}, expected at least 4")
    require(options.repeats >= 20, f"--repeats: got {options.repeats}, expected at least 20")
    kept = KeptPictures(
        options.out, {"digest": manifest.digest, "steps": options.steps, "sampler": options.sampler}
    )
    rows = _table(options, manifest, kept) if options.part == TABLE else _figure(options, manifest, kept)
    about = {"bundle": manifest.name, "digest": manifest.digest, "real": options.real, "seed": options.seed}
    options.out.mkdir(parents=True, exist_ok=True)
    found = {**about, **rows}
    (options.out / f"{options.part}.json").write_text(json.dumps(found, indent=1) + "\n")
    if options.json:
        print(json.dumps(found))
    return 0


def _table(options: argparse.Namespace, manifest: BundleManifest, kept: KeptPictures) -> dict[str, Any]:
    from mambo_engine.evaluation.patch_settings import TableOne

    require(options.pipeline >= 2, f"--pipeline: got {options.pipeline}, expected at least 2")
    extractor = chosen_extractor(options.extractor, crop_px=manifest.patch_size)
    cascade, plan = cascade_from(options, options.bundle)
    real, how = real_pictures(options, manifest), _walks(options, manifest)
    table = TableOne(cascade.stages, real, how, options.seed, options.repeats)
    pipeline = _pipeline(options, manifest, kept, partial(cascade.sample, plan=plan))
    with tqdm(total=table.count(), desc="on real contexts", unit="patch", disable=None) as bar:
        figures = replace(table, on_patch=bar.update).figures(extractor, pipeline)
    if not options.json:
        _tell_table(figures)
    told = {"name": extractor.name, "sha256": extractor.digest, "for": extractor.comparable}
    return {"extractor": told, "rows": [_plain(one) for one in figures]}


def _pipeline(
    options: argparse.Namespace,
    manifest: BundleManifest,
    kept: KeptPictures,
    sample: Callable[..., CascadeResult],
) -> list[Canvases]:
    """Pictures from noise, labels in turn, at their three scales."""
    from mambo_engine.cli.sample import turn
    from mambo_engine.evaluation.patch_drawing import Canvases

    found = []
    for seed in tqdm(range(options.pipeline), desc="from noise", unit="picture", disable=None):
        labels = turn(manifest.vocabulary, seed)
        draw = partial(sample, labels, seed, steps=options.steps, sampler=options.sampler)
        images = kept.result(f"pipeline-{seed:05d}", draw)
        found.append(Canvases.of_linear(*images, intensity=manifest.intensity))
    return found


def _walks(options: argparse.Namespace, manifest: BundleManifest) -> dict[str, Walk]:
    from mambo_engine.config import STAGES
    from mambo_engine.evaluation.patch_drawing import Walk

    defaults = manifest.defaults
    sampler, steps = options.sampler or defaults.sampler, options.steps or defaults.steps
    # Labels are left open, so there is nothing to guide by.
    return {stage: Walk(sampler, steps) for stage in STAGES}


def _plain(one: SettingFigure) -> dict[str, Any]:
    interval = one.distance
    ends = {"value": interval.estimate, "low": interval.low, "high": interval.high}
    return {"input": one.stage, "setting": one.setting, **ends, "patches": list(one.patches)}


def _tell_table(figures: Sequence[SettingFigure]) -> None:
    from mambo_engine.evaluation.patch_settings import PAPER

    print(f"{'input':8}{'setting':10}{'Fréchet distance':28}{'patches':14}{'paper, FID: RSNA':18}VinDr")
    for one in figures:
        own = one.distance
        told = f"{own.estimate:.2f} ({max(0.0, own.low):.2f} to {own.high:.2f})"
        paper = [str(PAPER[name][one.stage].get(one.setting, "–")) for name in ("RSNA", "VinDr")]
        counts = f"{one.patches[0]}, {one.patches[1]}"
        print(f"{one.stage:8}{one.setting:10}{told:28}{counts:14}{paper[0]:18}{paper[1]}")


def _figure(options: argparse.Namespace, manifest: BundleManifest, kept: KeptPictures) -> dict[str, Any]:
    from mambo_engine.evaluation.overlaps import draw_with_overlap, seams_by_overlap

    overlaps = _overlaps(options.overlaps, manifest.patch_size)
    cascade, plan = cascade_from(options, options.bundle)
    real = real_pictures(options, manifest)
    draw = partial(draw_with_overlap, cascade, steps=options.steps, sampler=options.sampler, plan=plan)
    with tqdm(total=len(overlaps) * len(real), desc="overlaps", unit="picture", disable=None) as bar:
        drawn = {overlap: _drawn(options, real, overlap, kept, draw=draw, bar=bar) for overlap in overlaps}
    rows = seams_by_overlap(drawn, real, cascade, seed=options.seed, repeats=options.repeats)
    if not options.json:
        _tell_figure(rows)
    return {"rows": [_overlap_row(row) for row in rows]}


def _drawn(
    options: argparse.Namespace,
    real: PictureSet,
    overlap: int,
    kept: KeptPictures,
    *,
    draw: Callable[..., NDArray[np.float32]],
    bar: tqdm[None],
) -> NDArray[np.float32]:
    """Pictures of one overlap, one a real picture."""
    found = []
    for number, image in enumerate(real.images):
        seed = options.seed + number
        facts = {"from": hashlib.sha256(image.tobytes()).hexdigest(), "seed": seed}
        name = f"overlap-{overlap:03d}-{number:05d}"
        found.append(kept.picture(name, facts, partial(draw, image, overlap, seed=seed)))
        bar.update(1)
    return np.stack(found)


def _tell_figure(rows: Sequence[OverlapSeams]) -> None:
    print(f"{'overlap':9}{'patches':9}{'MSE on the seams':34}{'over lines beside':26}real, at the same lines")
    for row in rows:
        mse = f"{row.on_line.estimate:.2e} ({row.on_line.low:.2e} to {row.on_line.high:.2e})"
        ratio = f"{row.ratio.estimate:.3f} ({row.ratio.low:.3f} to {row.ratio.high:.3f})"
        real = f"{row.real_on_line:.2e}, {row.real_ratio:.3f}"
        print(f"{row.overlap:<9}{row.patches:<9}{mse:34}{ratio:26}{real}")
    print("Paper, fig. 9: any overlap lowers the MSE strongly; 32 of 256 px is slightly best.")


def _overlap_row(row: OverlapSeams) -> dict[str, Any]:
    ends = {
        name: {"value": one.estimate, "low": one.low, "high": one.high}
        for name, one in (("mse", row.on_line), ("ratio", row.ratio))
    }
    real = {"real_mse": row.real_on_line, "real_ratio": row.real_ratio}
    return {"overlap": row.overlap, "patches": row.patches, **ends, **real}


def _overlaps(text: str, patch_size: int) -> tuple[int, ...]:
    parts = text.split(",")
    require(all(part.strip().isdigit() for part in parts), f"--overlaps: got {text!r}, expected 0,8,16")
    found = tuple(sorted({int(part) for part in parts}))
    fits = found[-1] < patch_size
    require(fits, f"--overlaps: got {found[-1]}, expected 0..{patch_size - 1}")
    return found
