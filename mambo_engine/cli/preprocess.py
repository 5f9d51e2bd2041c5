"""`preprocess`: turn mammogram files into the squares that the cascade works on, as 16-bit PNG files."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from tqdm import tqdm

from mambo_engine.cli.inputs import add_reading_arguments, check_files, read_mammogram
from mambo_engine.config import require
from mambo_engine.data.masks import Mask, dilate_mask, erode_mask


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="DICOM, PNG, TIFF, PGM or JPEG")
    parser.add_argument("--patch-size", type=int, default=256, help="the side becomes a multiple (default: 256)")
    parser.add_argument(
        "--mask", choices=["breast", "dilated", "eroded"], help="write this mask of the square too"
    )
    parser.add_argument("--erosion", type=int, default=20, help="of the eroded mask, px (default: 20)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--json", action="store_true", help="print one JSON object a file")
    add_reading_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Write each file's square; the values 0..1 become 0..65535."""
    from mambo_engine.cli.pictures import PictureFolder, write_png

    require(options.patch_size >= 1, f"--patch-size: got {options.patch_size}, expected at least 1")
    require(options.erosion >= 1, f"--erosion: got {options.erosion}, expected at least 1")
    check_files(options.files)
    folder = PictureFolder(options.out)
    for path in tqdm(options.files, unit="file", disable=None):
        mammogram = read_mammogram(path, options, multiple=options.patch_size)
        prepared = mammogram.prepared
        pixels = np.rint(np.clip(prepared.image, 0, 1) * 65535).astype(np.uint16)
        written = folder.add(f"{path.stem}.png", pixels, {})
        if options.mask:
            mask = _mask(prepared.mask, options)
            write_png(options.out / f"{path.stem}_mask.png", np.where(mask, np.uint16(65535), np.uint16(0)))
        if options.json:
            facts = {"file": str(written), "side": mammogram.side, "box": list(prepared.transform.box)}
            share = round(float(prepared.mask.mean()), 4)
            print(json.dumps({**facts, **mammogram.flags, "breast_share": share}))
    return 0


def _mask(breast: Mask, options: argparse.Namespace) -> Mask:
    if options.mask == "eroded":
        return erode_mask(breast, kernel=options.erosion)
    return dilate_mask(breast) if options.mask == "dilated" else breast
