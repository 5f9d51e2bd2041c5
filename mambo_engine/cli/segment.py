"""`segment`: map what a model of healthy breasts would have drawn otherwise; IoU where true masks are given."""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from mambo_engine.cli.engine_options import add_engine_arguments, cascade_from
from mambo_engine.cli.inputs import Mammogram, add_reading_arguments, check_files, read_mammogram
from mambo_engine.config import require
from mambo_engine.errors import ConfigError

if TYPE_CHECKING:
    from mambo_engine.anomaly import AnomalyResult, AnomalySettings
    from mambo_engine.cascade.cascade import Cascade
    from mambo_engine.cli.anomaly_files import Truth
    from mambo_engine.superresolution import Image


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="DICOM, PNG, TIFF, PGM or JPEG")
    parser.add_argument("--bundle", default="phantom", help="its stage 1 is used (default: phantom)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--truth", type=Path, metavar="DIR", help="true masks, named as the files")
    parser.add_argument("--sweep", metavar="LEVELS", help="noise levels to score, for example 300,500,700,900")
    parser.add_argument("--bucket", type=int, default=18, help="images in a bucket of lesion area (default: 18)")
    parser.add_argument("--label", action="append", default=[], metavar="FIELD=VALUE", help="may be repeated")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--format", choices=["png", "dicom", "both"], default="png", help="default: png")
    parser.add_argument("--json", action="store_true", help="print one JSON object a file, and the scores")
    _add_settings(parser.add_argument_group("how anomalies are looked for; sides and widths at the model's size"))
    add_reading_arguments(parser)
    add_engine_arguments(parser)


def _add_settings(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--noise-level", type=int, default=700, help="lambda, of T (default: 700)")
    group.add_argument("--draws", type=int, default=1, help="noise draws that are averaged (default: 1)")
    group.add_argument("--steps", type=int, help="of a walk down from T (default: the bundle's)")
    group.add_argument("--sampler", help="ddpm, ddim, dpmpp_2m or dpmpp_2m_sde (default: the bundle's)")
    group.add_argument("--guidance", type=float, default=1.0, help="weight of the labels (default: 1)")
    group.add_argument("--dark", action="store_true", help="look for what is darker than healthy")
    group.add_argument("--threshold", type=float, default=0.3, help="drop differences below (default: 0.3)")
    group.add_argument("--relative-to", default="map", help="that share of: map (default) or image")
    group.add_argument("--blur", type=float, metavar="PX", help="standard deviation (default: side / 256)")
    group.add_argument("--binary-threshold", type=float, default=0.3, help="of the mask (default: 0.3)")
    group.add_argument("--erosion", type=int, metavar="PX", help="of the breast mask (default: 20 at 256)")


def run(options: argparse.Namespace) -> int:
    """Segment each file; the scores come last."""
    from mambo_engine.checkpoint import read_manifest
    from mambo_engine.cli.anomaly_files import read_truth, truth_path, write_files
    from mambo_engine.cli.sample import parse_labels
    from mambo_engine.config import label_indices

    manifest = read_manifest(options.bundle)
    labels = parse_labels(options.label)
    label_indices(manifest.vocabulary, labels)
    settings = settings_from(options, default_sampler=manifest.defaults.sampler)
    levels = parse_levels(options)
    last = manifest.stages["global"].schedule.num_timesteps
    highest = max((settings.noise_level, *levels))
    require(highest <= last, f"noise level: got {highest}, expected 1..{last}")
    check_files(options.files)
    truths = [truth_path(path, options.truth) if options.truth else None for path in options.files]
    cascade, _ = cascade_from(options, options.bundle)
    scores = Scores()
    for path, true_path in zip(tqdm(options.files, unit="file", disable=None), truths, strict=True):
        mammogram = read_mammogram(path, options)
        truth = read_truth(mammogram, true_path, manifest.patch_size) if true_path else None
        results = _results(cascade, mammogram, settings, options, labels=labels, levels=levels)
        result = results[settings.noise_level]
        files = write_files(mammogram, result, truth, manifest=manifest, settings=settings, options=options)
        facts = {"source": str(mammogram.path), "files": [str(path) for path in files], "seed": result.seed}
        facts |= {"noise_level": result.noise_level, "threshold": round(result.threshold, 5), **mammogram.flags}
        facts |= {"found_px": int(result.mask.sum()), "highest": round(float(result.map.max()), 5)}
        if truth is not None:
            facts |= scores.add(
                results, truth, at=settings.noise_level, image=small(mammogram, manifest.patch_size)
            )
        if options.json:
            print(json.dumps(facts), flush=True)
    _finish(scores, options, trained_on=manifest.data)
    return 0


def settings_from(options: argparse.Namespace, *, default_sampler: str) -> AnomalySettings:
    """The settings that the options ask for.

    Raises:
        ConfigError: a value out of range.
    """
    from mambo_engine.anomaly import AnomalySettings

    return AnomalySettings(
        noise_level=options.noise_level,
        draws=options.draws,
        sampler=options.sampler or default_sampler,
        steps=options.steps,
        guidance=options.guidance,
        dark=options.dark,
        threshold=options.threshold,
        relative_to=options.relative_to,
        blur=options.blur,
        binary_threshold=options.binary_threshold,
        erosion=options.erosion,
    )


def parse_levels(options: argparse.Namespace) -> tuple[int, ...]:
    """Noise levels of --sweep, none without it.

    Raises:
        ConfigError: they are no whole numbers from 1, or there is no truth to score them by.
    """
    if options.sweep is None:
        return ()
    require(options.truth is not None, "--sweep: got no --truth, expected a folder of true masks to score by")
    try:
        levels = tuple(int(text) for text in options.sweep.split(","))
    except ValueError:
        levels = ()
    if not levels or min(levels) < 1:
        raise ConfigError(f"--sweep: got {options.sweep!r}, expected noise levels such as 300,500,700")
    return levels


def _results(
    cascade: Cascade,
    mammogram: Mammogram,
    settings: AnomalySettings,
    options: argparse.Namespace,
    *,
    labels: dict[str, str],
    levels: tuple[int, ...],
) -> dict[int, AnomalyResult]:
    """One result a noise level, all from the same noise."""
    from mambo_engine.anomaly import segment
    from mambo_engine.cli.anomaly_files import shrunk_mask

    side = cascade.stages["global"].geometry.patch_size
    image, breast = small(mammogram, side), shrunk_mask(mammogram.prepared.mask, side)
    wanted = sorted({settings.noise_level, *levels})
    return {
        level: segment(
            cascade, image, breast, replace(settings, noise_level=level), seed=options.seed, labels=labels
        )
        for level in wanted
    }


def small(mammogram: Mammogram, side: int) -> Image:
    """The prepared square at the model's side."""
    from mambo_engine.superresolution import shrunk

    return shrunk(mammogram.prepared.image, side)


class Scores:
    """IoU of the files with a true mask, by noise level and lesion area."""

    def __init__(self) -> None:
        self.by_level: dict[int, list[float]] = defaultdict(list)
        self.areas: list[float] = []
        self.own: list[float] = []
        self.bright: list[float] = []
        self.without = 0

    def add(self, results: dict[int, AnomalyResult], truth: Truth, *, at: int, image: Image) -> dict[str, Any]:
        """Score one file; a lesion that has no pixel at the model's size is counted apart."""
        from mambo_engine.anomaly import brightest, intersection_over_union

        area = int(truth.mask.sum())
        if area == 0:
            self.without += 1
            return {"truth_px": 0}
        ious = {level: intersection_over_union(result.mask, truth.mask) for level, result in results.items()}
        for level, iou in ious.items():
            self.by_level[level].append(iou)
        self.areas.append(area)
        self.own.append(ious[at])
        plain = brightest(image, results[at].inside, int(results[at].mask.sum()))
        self.bright.append(intersection_over_union(plain, truth.mask))
        return {"truth_px": area, "iou": round(ious[at], 4), "iou_brightest": round(self.bright[-1], 4)}

    def summary(self, bucket: int) -> dict[str, Any]:
        """The scores of all files."""
        from mambo_engine.anomaly import iou_by_area, iou_by_level

        plain = sum(self.bright) / len(self.bright) if self.bright else None
        return {
            "images": len(self.own),
            "images_without_lesion": self.without,
            "mean_iou_brightest_pixels": plain,
            "iou_by_noise_level": [asdict(score) for score in iou_by_level(self.by_level)],
            "iou_by_area": [asdict(each) for each in iou_by_area(self.areas, self.own, images=bucket)],
        }


def _finish(scores: Scores, options: argparse.Namespace, *, trained_on: str) -> None:
    """Give the scores, and what they rest on."""
    sys.stderr.write(
        f"Stage 1 was trained on: {trained_on}. It must know healthy breasts only for maps to mean.\n"
    )
    if not scores.own and not scores.without:
        return
    summary = {"trained_on": trained_on, **scores.summary(options.bucket)}
    (options.out / "scores.json").write_text(json.dumps(summary, indent=2) + "\n")
    if options.json:
        print(json.dumps(summary))
        return
    for score in summary["iou_by_noise_level"]:
        print(f"noise level {score['noise_level']:4d}  mean IoU {score['mean_iou']:.3f}  {score['images']} images")
    if scores.own:
        print(f"as many of the brightest pixels  mean IoU {summary['mean_iou_brightest_pixels']:.3f}")
    for each in summary["iou_by_area"]:
        area, images = round(each["median_area"]), each["images"]
        print(f"lesions of {area:5d} px  mean IoU {each['mean_iou']:.3f}  {images} images")
