"""`preprocess`: turn mammogram files into the squares that the cascade works on, as 16-bit PNG files."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from tqdm import tqdm


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="DICOM, PNG, TIFF, PGM or JPEG")
    parser.add_argument("--patch-size", type=int, default=256, help="the side becomes a multiple (default: 256)")
    parser.add_argument("--trim", action="store_true", help="cut off air between the border and the chest wall")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--json", action="store_true", help="print one JSON object a file")


def run(options: argparse.Namespace) -> int:
    """Write each file's square; the values 0..1 become 0..65535."""
    from mambo_engine.cli.pictures import PictureFolder
    from mambo_engine.data.files import read_image
    from mambo_engine.data.preprocessing import preprocess

    folder = PictureFolder(options.out)
    for path in tqdm(options.files, unit="file", disable=None):
        stored = read_image(path)
        prepared = preprocess(
            stored.pixels,
            patch_size=options.patch_size,
            bits=stored.bits,
            negate=stored.negate,
            trim=options.trim,
        )
        pixels = np.rint(np.clip(prepared.image, 0, 1) * 65535).astype(np.uint16)
        written = folder.add(f"{path.stem}.png", pixels, {})
        if options.json:
            transform = prepared.transform
            facts = {"file": str(written), "side": transform.side, "box": list(transform.box)}
            flags = {"negated": transform.negated, "flipped": transform.flipped}
            print(json.dumps({**facts, **flags, "breast_share": round(float(prepared.mask.mean()), 4)}))
    return 0
