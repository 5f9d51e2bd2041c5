"""`gallery`: contact sheets of unpicked pictures, at overview and at 1:1; with --real, shuffled among real ones.

The sheets of a bundle go into a page for everybody. With --real nothing is written into a repository: real
mammograms stay where they are.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from mambo_engine.cli.engine_options import add_engine_arguments
from mambo_engine.config import require

OVERVIEW_PX = 240
DETAIL_PX = 256
GAP_PX = 6
CAPTION_PX = 16
COLUMNS = 8
Sheet = NDArray[np.uint8]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("bundle", help="a bundle's name or folder")
    parser.add_argument("--count", type=int, default=16, help="pictures, seeds 0 to count - 1 (default: 16)")
    parser.add_argument("--pictures", type=Path, required=True, help="folder that the pictures are drawn into")
    parser.add_argument("--out", type=Path, required=True, help="folder of the sheets")
    parser.add_argument("--real", type=Path, help="folder of real mammograms to shuffle among the drawn ones")
    parser.add_argument("--shuffle-seed", type=int, default=0, help="of the order with --real")
    add_engine_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Draw what is not there yet, then the sheets."""
    require(options.count >= 1, f"--count: got {options.count}, expected at least 1")
    if options.real is not None:
        outside_a_repository(options.out)
    drawn = _draw(options)
    options.out.mkdir(parents=True, exist_ok=True)
    name = Path(options.bundle).name
    if options.real is None:
        pictures, captions = [_unit(path) for path, _ in drawn], [caption for _, caption in drawn]
        _save(sheet(overviews(pictures), captions), options.out / f"gallery-{name}-overview.png")
        _save(sheet(details(pictures), captions, columns=4), options.out / f"gallery-{name}-1to1.png")
        return 0
    return _shuffled(options, [path for path, _ in drawn], name)


def _draw(options: argparse.Namespace) -> list[tuple[Path, str]]:
    """Draw seeds 0 to count - 1, labels in turn; return file and caption of each."""
    from mambo_engine.cascade.sampling import ImageRequest
    from mambo_engine.checkpoint import read_manifest
    from mambo_engine.cli.drawing import Drawing
    from mambo_engine.cli.engine_options import cascade_from
    from mambo_engine.cli.sample import turn

    manifest = read_manifest(options.bundle)
    together = min(4, options.count)
    cascade, plan = cascade_from(options, options.bundle, images=together)
    drawing = Drawing(cascade, manifest, options.pictures, form="png", asked={"plan": plan})
    requests = [ImageRequest(turn(manifest.vocabulary, seed), seed) for seed in range(options.count)]
    made = [
        row
        for first in range(0, len(requests), together)
        for row in drawing.draw(requests[first : first + together])
    ]
    return [(Path(row["file"]), f"{row['seed']}: {' '.join(row['labels'].values())}") for row in made]


def _shuffled(options: argparse.Namespace, drawn: Sequence[Path], name: str) -> int:
    from mambo_engine.data.files import read_image
    from mambo_engine.data.preprocessing import preprocess

    generator = np.random.default_rng(options.shuffle_seed)
    files = sorted(
        path for path in options.real.rglob("*") if path.suffix.lower() in {".png", ".jpg", ".dcm", ".tif"}
    )
    require(len(files) >= len(drawn), f"--real {options.real}: got {len(files)} files, expected {len(drawn)}")
    side = _unit(drawn[0]).shape[0]
    pictures = [(str(path), "generated", _unit(path)) for path in drawn]
    for index in generator.permutation(len(files))[: len(drawn)]:
        stored = read_image(files[index])
        prepared = preprocess(stored.pixels, patch_size=64, bits=stored.bits, negate=stored.negate, trim=True)
        picture = Image.fromarray(prepared.image).resize((side, side), Image.Resampling.BICUBIC)
        pictures.append((str(files[index]), "real", np.clip(np.asarray(picture), 0, 1)))
    pictures = [pictures[index] for index in generator.permutation(len(pictures))]
    values, captions = [picture for _, _, picture in pictures], [str(number) for number in range(len(pictures))]
    _save(sheet(overviews(values), captions), options.out / f"shuffled-{name}-overview.png")
    _save(sheet(details(values), captions, columns=4), options.out / f"shuffled-{name}-1to1.png")
    with (options.out / f"shuffled-{name}-key.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["number", "truth", "file"])
        writer.writerows([number, truth, path] for number, (path, truth, _) in enumerate(pictures))
    return 0


def outside_a_repository(out: Path) -> None:
    """Check that pictures of patients do not come into a repository.

    Raises:
        ConfigError: they would.
    """
    for folder in (out.resolve(), *out.resolve().parents):
        require(
            not (folder / ".git").exists(),
            f"--out: got {out} inside a repository, expected a folder outside with real mammograms",
        )


def _unit(path: Path) -> NDArray[np.float32]:
    """A drawn 12-bit picture as values 0..1."""
    with Image.open(path) as picture:
        return np.asarray(picture, dtype=np.float32) / np.float32(4095)


def windowed(picture: NDArray[np.float32]) -> Sheet:
    """Gray levels (rows, columns) of a picture 0..1: black is air, white the 99.8th percentile of the breast."""
    inside = picture[picture > 0.02]
    white = float(np.quantile(inside, 0.998)) if inside.size else 1.0
    return np.rint(np.clip(picture / max(white, 1e-3), 0, 1) * 255).astype(np.uint8)


def overviews(pictures: Sequence[NDArray[np.float32]]) -> list[Sheet]:
    """Each whole picture, small."""
    size = (OVERVIEW_PX, OVERVIEW_PX)
    return [
        np.asarray(Image.fromarray(windowed(picture)).resize(size, Image.Resampling.LANCZOS))
        for picture in pictures
    ]


def details(pictures: Sequence[NDArray[np.float32]]) -> list[Sheet]:
    """A square of each picture pixel by pixel, around the middle of the breast."""
    cut = []
    for picture in pictures:
        rows, columns = np.nonzero(picture > 0.02)
        middle = (int(rows.mean()), int(columns.mean())) if len(rows) else (picture.shape[0] // 2,) * 2
        top, left = (int(np.clip(at - DETAIL_PX // 2, 0, max(0, picture.shape[0] - DETAIL_PX))) for at in middle)
        cut.append(windowed(picture)[top : top + DETAIL_PX, left : left + DETAIL_PX])
    return cut


def sheet(tiles: Sequence[Sheet], captions: Sequence[str], *, columns: int = COLUMNS) -> Sheet:
    """Lay tiles of one size out in rows, a caption under each."""
    height, width = tiles[0].shape
    columns = min(columns, len(tiles))
    rows = -(-len(tiles) // columns)
    canvas = Image.new(
        "L", (columns * (width + GAP_PX) - GAP_PX, rows * (height + CAPTION_PX + GAP_PX) - GAP_PX), 24
    )
    pen = ImageDraw.Draw(canvas)
    for number, (tile, caption) in enumerate(zip(tiles, captions, strict=True)):
        row, column = divmod(number, columns)
        left, top = column * (width + GAP_PX), row * (height + CAPTION_PX + GAP_PX)
        canvas.paste(Image.fromarray(tile), (left, top))
        pen.text((left + 2, top + height + 2), caption, fill=190)
    return np.asarray(canvas)


def _save(pixels: Sheet, path: Path) -> None:
    Image.fromarray(pixels).save(path, optimize=True)
    print(path)
