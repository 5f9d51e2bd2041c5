"""`sample`: draw pictures with an installed bundle as 16-bit PNG files."""

from __future__ import annotations

import argparse
import json
import time
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from mambo_engine.errors import ConfigError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("bundle", help="a bundle's name or folder")
    parser.add_argument("--label", action="append", default=[], metavar="FIELD=VALUE", help="may be repeated")
    parser.add_argument("--seed", type=int, default=0, help="of the first picture; the others count up")
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--guidance", type=float)
    parser.add_argument("--sampler")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--json", action="store_true", help="print one JSON object a picture")


def run(options: argparse.Namespace) -> int:
    """Draw the pictures. Fields without a label take their values in turn, so a set holds all of them."""
    from mambo_engine.checkpoint import read_manifest
    from mambo_engine.cli.pictures import PictureFolder
    from mambo_engine.config import label_indices
    from mambo_engine.loading import load_bundle

    manifest = read_manifest(options.bundle)
    given = parse_labels(options.label)
    label_indices(manifest.vocabulary, given)
    cascade, folder = load_bundle(options.bundle, device=options.device), PictureFolder(options.out)
    for index in tqdm(range(options.count), unit="picture", disable=None):
        seed = options.seed + index
        labels = {**turn(manifest.vocabulary, seed), **given} if options.count > 1 else given
        started = time.perf_counter()
        result = cascade.sample(
            labels, seed, steps=options.steps, guidance=options.guidance, sampler=options.sampler
        )
        facts: dict[str, Any] = {**labels, "laterality": "L", "pixel_spacing_mm": result.pixel_spacing_mm}
        path = folder.add(f"generated_{seed:05d}.png", result.stored_pixels(), facts)
        if options.json:
            seconds = round(time.perf_counter() - started, 2)
            print(json.dumps({"file": str(path), "seed": seed, "labels": labels, "seconds": seconds}))
    return 0


def parse_labels(texts: list[str]) -> dict[str, str]:
    """Read FIELD=VALUE texts.

    Raises:
        ConfigError: a text without `=`.
    """
    for text in texts:
        if "=" not in text:
            raise ConfigError(f"--label: got {text!r}, expected FIELD=VALUE, for example birads=4")
    return dict(text.split("=", 1) for text in texts)  # type: ignore[misc]


def turn(vocabulary: dict[str, tuple[str, ...]], number: int) -> dict[str, str]:
    """Return a combination of labels; as the number counts up every combination comes equally often."""
    combinations = list(product(*vocabulary.values()))
    round_, place = divmod(number, len(combinations))
    order = np.random.default_rng(round_).permutation(len(combinations))
    return dict(zip(vocabulary, combinations[int(order[place])], strict=True))
