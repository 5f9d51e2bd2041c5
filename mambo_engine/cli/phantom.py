"""`phantom`: draw procedural phantoms with known labels as 16-bit PNG files."""

from __future__ import annotations

import argparse
from pathlib import Path

from tqdm import tqdm


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--size", type=int, default=512, help="side in pixels (default: 512)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)


def run(options: argparse.Namespace) -> int:
    """Draw phantoms; every combination of labels comes equally often."""
    from mambo_engine.cli.pictures import PictureFolder
    from mambo_engine.data.phantom import draw_phantom
    from mambo_engine.training.cache import phantom_labels

    folder = PictureFolder(options.out)
    for index in tqdm(range(options.count), unit="phantom", disable=None):
        labels = phantom_labels(options.seed + index)
        phantom = draw_phantom(labels, size=options.size, seed=options.seed + index)
        known = {"birads": labels.birads, "density": labels.density, "view": labels.view, "laterality": "L"}
        spacing = {"pixel_spacing_mm": phantom.pixel_spacing_mm}
        folder.add(f"phantom_{options.seed + index:05d}.png", phantom.pixels, {**known, **spacing})
    return 0
