"""The generated pictures of a comparison: drawn into a folder and used again, or taken from one."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mambo_engine.cli.pictures import provenance_of
from mambo_engine.config import require

if TYPE_CHECKING:
    from mambo_engine.cascade.options import DrawOptions
    from mambo_engine.checkpoint import BundleManifest
    from mambo_engine.cli.picture_sources import Source

TOGETHER = 4
LEAST = 2


def generated_source(options: argparse.Namespace, manifest: BundleManifest) -> tuple[Source, dict[str, Any]]:
    """Draw or find the pictures; return them and how they were sampled.

    Raises:
        ConfigError: a folder without pictures, or with pictures of another model or of several samplings.
    """
    from mambo_engine.cli.picture_sources import drawn_source, picture_files

    if options.generated is None:
        paths = draw(options, manifest)
    else:
        paths = picture_files(options.generated, "--generated")
    require(len(paths) >= LEAST, f"--generated {options.generated}: got {len(paths)} pictures, expected {LEAST}")
    facts = [provenance_of(path) or {} for path in paths]
    sampling = _sampling(paths, facts, manifest)
    labels = [{str(name): str(value) for name, value in told["labels"].items()} for told in facts]
    return drawn_source(paths, labels, manifest.intensity, manifest.size), sampling


def draw(options: argparse.Namespace, manifest: BundleManifest) -> list[Path]:
    """Draw seeds 0 to count - 1, labels in turn, into the pictures' folder of --out."""
    from mambo_engine.cascade.sampling import ImageRequest
    from mambo_engine.cli.drawing import Drawing
    from mambo_engine.cli.engine_options import cascade_from
    from mambo_engine.cli.sample import turn

    together = min(TOGETHER, options.count)
    cascade, plan = cascade_from(options, options.bundle, images=together)
    asked: DrawOptions = {"plan": plan}
    if options.steps is not None:
        asked["steps"] = options.steps
    drawing = Drawing(cascade, manifest, options.out / "pictures", form="png", asked=asked)
    requests = [ImageRequest(turn(manifest.vocabulary, seed), seed) for seed in range(options.count)]
    portions = (requests[first : first + together] for first in range(0, len(requests), together))
    return [Path(made["file"]) for portion in portions for made in drawing.draw(portion)]


def _sampling(
    paths: Sequence[Path], facts: Sequence[Mapping[str, Any]], manifest: BundleManifest
) -> dict[str, Any]:
    """What the pictures say of their sampling; all of one model and one sampling."""
    kept: dict[str, Any] | None = None
    for path, told in zip(paths, facts, strict=True):
        got = f"the model {told.get('bundle')} ({str(told.get('digest'))[:12]})" if told else "no model's name"
        require(
            told.get("digest") == manifest.digest,
            f"{path}: got {got}, expected a picture of {manifest.name} ({manifest.digest[:12]})",
        )
        sampling = dict(told.get("sampling") or {})
        require(
            kept is None or sampling == kept,
            f"{path}: got another sampling than {paths[0].name}, expected the same of all",
        )
        kept = sampling
    return kept or {}
