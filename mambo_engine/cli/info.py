"""`info`: say what the paper's networks or an installed bundle are."""

from __future__ import annotations

import argparse
import json
from typing import Any

from mambo_engine.config import NetworkConfig


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--preset", choices=["paper"], help="the paper's three networks instead of a bundle")
    parser.add_argument("--bundle", default="phantom", help="a bundle's name or folder (default: phantom)")
    parser.add_argument("--json", action="store_true", help="for machines")


def run(options: argparse.Namespace) -> int:
    """Print the facts."""
    facts = _paper() if options.preset else _bundle(options.bundle)
    print(json.dumps(facts, indent=2) if options.json else _text(facts))
    return 0


def _paper() -> dict[str, Any]:
    from mambo_engine.networks.unet import parameter_count

    channels = {"1->1": (1, 1), "3->1": (3, 1), "3->3": (3, 3)}
    counts = {
        name: parameter_count(NetworkConfig(in_channels=into, out_channels=out))
        for name, (into, out) in channels.items()
    }
    return {"preset": "paper", "parameters": counts}


def _bundle(name: str) -> dict[str, Any]:
    from mambo_engine.checkpoint import read_manifest

    manifest = read_manifest(name)
    return {
        "name": manifest.name,
        "digest": manifest.digest,
        "size": manifest.size,
        "patch_size": manifest.patch_size,
        "context_factor": manifest.context_factor,
        "overlap": manifest.overlap,
        "pixel_spacing_mm": manifest.pixel_spacing_mm,
        "vocabulary": {field: list(values) for field, values in manifest.vocabulary.items()},
        "sampler": manifest.defaults.sampler,
        "steps": manifest.defaults.steps,
        "guidance": manifest.defaults.guidance,
        "data": manifest.data,
        "license": manifest.license,
        "training": manifest.training,
        "code_version": manifest.code_version,
    }


def _text(facts: dict[str, Any]) -> str:
    width = max(len(name) for name in facts)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in facts.items())
