"""`convert`: turn checkpoints in the published layout into a stage, or three of them into a bundle."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mambo_engine.config import PREDICTIONS, STAGES, IntensityConfig, ScheduleConfig
from mambo_engine.errors import ConfigError

if TYPE_CHECKING:
    from mambo_engine.conversion import Reading


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("source", nargs="?", type=Path, help="a checkpoint: torch pickle or safetensors")
    parser.add_argument("target", nargs="?", type=Path, metavar="out", help="folder of the converted stage")
    bundle = parser.add_argument_group("a bundle of three stages")
    bundle.add_argument(
        "--stage", action="append", default=[], metavar="NAME=FILE", help=f"for each of {', '.join(STAGES)}"
    )
    bundle.add_argument("--out", type=Path, help="folder of the bundle")
    bundle.add_argument("--size", type=int, help="side of the finished image, px (3840 RSNA, 3072 VinDr)")
    bundle.add_argument("--patch-size", type=int, default=256, help="s, px (default: 256)")
    bundle.add_argument("--context-factor", type=int, default=3, help="k (default: 3)")
    bundle.add_argument("--overlap", type=int, default=32, help="px (default: 32)")
    bundle.add_argument("--name", help="default: the folder's name")
    bundle.add_argument("--license", help="of the weights")
    bundle.add_argument("--data", help="what the weights were trained on")
    bundle.add_argument("--pixel-spacing", type=float, metavar="MM", help="of the finished image")
    _add_reading(parser.add_argument_group("what tensors do not tell (defaults: the paper's)"))
    parser.add_argument("--half", action="store_true", help="weights as float16")
    parser.add_argument("--json", action="store_true", help="for machines")


def _add_reading(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--groups", type=int, default=8, help="of GroupNorm (default: 8)")
    group.add_argument("--heads", type=int, default=4, help="of attention without memory tokens (default: 4)")
    group.add_argument("--key", help="where the file holds several networks, for example ema or model")
    group.add_argument("--schedule", choices=["linear", "cosine"], help="default: the file's own, or linear")
    group.add_argument("--timesteps", type=int, default=1000, help="T (default: 1000)")
    group.add_argument("--prediction", choices=PREDICTIONS, help="default: the file's own, or eps")
    group.add_argument(
        "--intensity",
        choices=["published", "unit"],
        help="published: (stored / 65536 - mean) / std; unit: 0..max as -1..1 (default: published; unit for files "
        "of the lucidrains trainer)",
    )
    group.add_argument("--mean", type=float, default=0.007, help="default: 0.007")
    group.add_argument("--std", type=float, default=0.01, help="default: 0.01")
    group.add_argument("--bits", type=int, help="stored bits (default: 12)")


def run(options: argparse.Namespace) -> int:
    """Convert."""
    if options.stage:
        facts = _bundle(options)
    elif options.source and options.target:
        facts = _stage(options)
    else:
        raise ConfigError("got no files, expected SOURCE OUT, or three --stage NAME=FILE with --size and --out")
    if options.json:
        print(json.dumps(facts, indent=2))
    else:
        print("\n".join(f"{name}  {value}" for name, value in facts.items() if not isinstance(value, dict)))
    return 0


def _stage(options: argparse.Namespace) -> dict[str, Any]:
    from mambo_engine.checkpoint import write_stage
    from mambo_engine.config import to_mapping
    from mambo_engine.conversion import convert_file

    stage, weights = convert_file(options.source, _reading(options))
    stage = write_stage(stage, weights, options.target, half=options.half)
    return {
        "out": str(options.target),
        "parameters": stage.parameters,
        "tensors": len(weights),
        "sha256": stage.sha256,
        "config": to_mapping(stage.config),
        "intensity": to_mapping(stage.intensity),
        "source": dict(stage.source),
    }


def _bundle(options: argparse.Namespace) -> dict[str, Any]:
    from mambo_engine.config import GeometryConfig
    from mambo_engine.conversion import Declaration, assemble_bundle
    from mambo_engine.conversion.assembly import NOT_STATED

    if options.size is None or options.out is None:
        raise ConfigError("--stage: got no --size or no --out, expected both")
    files = parse_stages(options.stage)
    geometry = GeometryConfig(options.size, options.patch_size, options.context_factor, options.overlap)
    declaration = Declaration(
        name=options.name or options.out.name,
        geometry=geometry,
        license=options.license or NOT_STATED,
        data=options.data or NOT_STATED,
        pixel_spacing_mm=options.pixel_spacing,
    )
    reading = _reading(options)
    manifest = assemble_bundle(
        files, declaration, options.out, readings=dict.fromkeys(files, reading), half=options.half
    )
    facts: dict[str, Any] = {"out": str(options.out), "name": manifest.name, "digest": manifest.digest}
    return {**facts, "size": manifest.size, "files": manifest.files}


def _reading(options: argparse.Namespace) -> Reading:
    from mambo_engine.conversion import Reading
    from mambo_engine.conversion.diffusion_settings import linear_schedule

    schedule, intensity, bits = None, None, options.bits or 12
    if options.schedule == "cosine":
        schedule = ScheduleConfig("cosine", options.timesteps)
    elif options.schedule == "linear" or options.timesteps != 1000:
        schedule = linear_schedule(options.timesteps)
    affine = (options.mean, options.std) != (0.007, 0.01)
    if options.intensity == "unit":
        intensity = IntensityConfig(bits)
    elif options.intensity == "published" or affine or options.bits:
        intensity = IntensityConfig(bits, kind="affine", mean=options.mean, std=options.std)
    return Reading(
        groups=options.groups,
        heads=options.heads,
        schedule=schedule,
        prediction=options.prediction,
        intensity=intensity,
        holder=options.key,
    )


def parse_stages(texts: list[str]) -> dict[str, Path]:
    """Read NAME=FILE texts.

    Raises:
        ConfigError: a text without `=`, an unknown stage, or one given twice.
    """
    files: dict[str, Path] = {}
    for text in texts:
        name, sign, file = text.partition("=")
        if not sign or name not in STAGES or name in files:
            raise ConfigError(f"--stage: got {text!r}, expected each of {', '.join(STAGES)} once as NAME=FILE")
        files[name] = Path(file)
    return files
