"""`upscale`: enlarge low-resolution mammograms through the later stages of a bundle."""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from tqdm import tqdm

from mambo_engine.cli.engine_options import add_engine_arguments, cascade_from
from mambo_engine.cli.inputs import Mammogram, add_reading_arguments, check_files, read_mammogram
from mambo_engine.config import require

if TYPE_CHECKING:
    from mambo_engine.cascade.options import DrawOptions
    from mambo_engine.checkpoint import BundleManifest
    from mambo_engine.superresolution import Image


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="DICOM, PNG, TIFF, PGM or JPEG")
    parser.add_argument("--bundle", default="phantom", help="a bundle's name or folder (default: phantom)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--factor", type=int, help="how many times larger (default: the most that the file needs)")
    parser.add_argument("--baseline", choices=["bicubic"], help="without the networks")
    parser.add_argument(
        "--degrade", action="store_true", help="shrink the file first, and compare with it (paper, Tab. 4 and 5)"
    )
    parser.add_argument("--consistent", action="store_true", help="keep the area mean of what is given")
    parser.add_argument("--label", action="append", default=[], metavar="FIELD=VALUE", help="may be repeated")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, help="network evaluations a patch")
    parser.add_argument("--sampler", help="ddpm, ddim, dpmpp_2m or dpmpp_2m_sde")
    parser.add_argument("--format", choices=["png", "dicom", "both"], default="png", help="default: png")
    parser.add_argument("--json", action="store_true", help="print one JSON object a file")
    add_reading_arguments(parser)
    add_engine_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Enlarge each file."""
    from mambo_engine.checkpoint import read_manifest
    from mambo_engine.cli.sample import parse_labels
    from mambo_engine.config import label_indices

    manifest = read_manifest(options.bundle)
    labels = parse_labels(options.label)
    label_indices(manifest.vocabulary, labels)
    check_files(options.files)
    known_factors(manifest, options)
    enlarge = _enlarger(options, labels)
    for path in tqdm(options.files, unit="file", disable=None):
        mammogram = read_mammogram(path, options)
        facts = _one(mammogram, low_side(mammogram, manifest, options), manifest, options, enlarge=enlarge)
        if options.json:
            print(json.dumps(facts), flush=True)
    return 0


def known_factors(manifest: BundleManifest, options: argparse.Namespace) -> dict[int, int]:
    """Sides that the bundle enlarges, each with its factor.

    Raises:
        ConfigError: the bundle has none, or not the one that is asked for.
    """
    from mambo_engine.superresolution import input_sides

    factors = input_sides(manifest.geometry)
    require(bool(factors), f"bundle {manifest.name}: got no whole factor, expected one to enlarge by")
    known = ", ".join(str(factor) for factor in factors.values())
    fits = options.factor is None or options.factor in factors.values()
    require(fits, f"--factor: got {options.factor}, expected one of {known}")
    return factors


def low_side(mammogram: Mammogram, manifest: BundleManifest, options: argparse.Namespace) -> int:
    """Side that the file is enlarged from.

    By default the larger one that the file reaches, so that as little as possible is invented.

    Raises:
        ConfigError: the bundle has no such factor, or the file is smaller.
    """
    factors = known_factors(manifest, options)
    if options.factor is not None:
        side = next(side for side, factor in factors.items() if factor == options.factor)
    else:
        reached = [side for side in factors if side <= mammogram.side]
        side = min(factors) if options.degrade or not reached else max(reached)
    name = mammogram.path
    require(mammogram.side >= side, f"{name}: got a side of {mammogram.side} px, expected at least {side}")
    return side


def _enlarger(options: argparse.Namespace, labels: dict[str, str]) -> Any:
    """The function from (low resolution, factor) to the enlarged image."""
    from mambo_engine.superresolution import bicubic, upscale, with_area_mean

    if options.baseline:
        return lambda low, factor: (
            with_area_mean(bicubic(low, factor), low) if options.consistent else bicubic(low, factor)
        )
    cascade, plan = cascade_from(options, options.bundle)
    asked: DrawOptions = {"plan": plan, "steps": options.steps, "sampler": options.sampler}

    def enlarge(low: Image, _factor: int) -> Image:
        return upscale(cascade, low, labels, options.seed, consistent=options.consistent, **asked).image

    return enlarge


def _one(
    mammogram: Mammogram, side: int, manifest: BundleManifest, options: argparse.Namespace, *, enlarge: Any
) -> dict[str, Any]:
    from mambo_engine.superresolution import bicubic, degraded, shrunk

    image, factor = mammogram.prepared.image, manifest.size // side
    if options.degrade:
        whole = image if mammogram.side <= manifest.size else shrunk(image, manifest.size)
        original, low = degraded(whole, size=manifest.size, side=side)
    else:
        low = shrunk(image, side)
    started = time.perf_counter()
    image = enlarge(low, factor)
    facts: dict[str, Any] = {"source": str(mammogram.path), "factor": factor, "from": side, "size": manifest.size}
    facts |= {"method": options.baseline or manifest.name, "seconds": round(time.perf_counter() - started, 2)}
    if options.degrade:
        facts |= {"rmse": rmse(image, original), "rmse_bicubic": rmse(bicubic(low, factor), original)}
    files = _write(image, low, mammogram, manifest, options)
    return {**facts, "files": [str(path) for path in files], **mammogram.flags}


def rmse(a: Image, b: Image) -> float:
    """Root of the mean squared difference, on the scale 0..1."""
    return round(float(np.sqrt(np.mean((a.astype(np.float64) - b) ** 2))), 5)


def _write(
    image: Image, low: Image, mammogram: Mammogram, manifest: BundleManifest, options: argparse.Namespace
) -> list[Path]:
    from mambo_engine import __version__
    from mambo_engine.cli.pictures import PictureFolder
    from mambo_engine.data.dicom_output import Derivation, derived_dicom, write_dicom
    from mambo_engine.data.intensity import stored_from_linear

    factor, spacing = manifest.size // len(low), mammogram.spacing_at(manifest.size)
    pixels = stored_from_linear(image, manifest.intensity)
    drawn = {} if options.baseline else {"bundle": manifest.name, "digest": manifest.digest, "seed": options.seed}
    provenance = {
        "synthetic": not options.baseline,
        "method": options.baseline or "cascade",
        "factor": factor,
        "low_resolution_sha256": hashlib.sha256(low.tobytes()).hexdigest(),
        "consistent": options.consistent,
        "labels": options.label,
        "sampling": {"steps": options.steps, "sampler": options.sampler},
        "engine": __version__,
        **drawn,
    }
    folder, path = PictureFolder(options.out), options.out / f"{mammogram.path.stem}_x{factor}.png"
    # The picture now has its chest wall on the left, whichever breast it is.
    header = mammogram.header
    facts = {"view": header.view, "laterality": header.laterality, "pixel_spacing_mm": spacing or ""}
    files = []
    if options.format != "png":
        how = "bicubic interpolation" if options.baseline else f"the model {manifest.name}; detail is invented"
        text = f"A mammogram of {len(low)} pixels a side enlarged {factor} times by {how}. Not for diagnosis."
        about = Derivation(
            text, provenance, synthetic=not options.baseline, view=header.view, laterality=header.laterality
        )
        dataset = derived_dicom(pixels, about, bits=manifest.intensity.bits, pixel_spacing_mm=spacing)
        files.append(path.with_suffix(".dcm"))
        write_dicom(files[-1], dataset)
        folder.note(files[-1].name, facts)
    if options.format != "dicom":
        files.append(folder.add(path.name, pixels, facts, provenance=provenance))
    return files
