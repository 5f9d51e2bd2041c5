"""Mammograms that a verb reads: prepared squares of a given side, and what a DICOM header says of them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mambo_engine.config import require
from mambo_engine.data.files import read_depth, read_image
from mambo_engine.data.preprocessing import Preprocessed, preprocess


@dataclass(frozen=True)
class HeaderFacts:
    """What is kept of a DICOM header; nothing of the person. Empty for other files.

    Attributes:
        view: CC, MLO or empty.
        laterality: L, R or empty.
        pixel_spacing_mm: side of a stored pixel, or None.
        flip: whether the chest wall is on the right, where Patient Orientation tells, or None.
    """

    view: str = ""
    laterality: str = ""
    pixel_spacing_mm: float | None = None
    flip: bool | None = None


@dataclass(frozen=True)
class Mammogram:
    """One file, prepared.

    Attributes:
        path: of the file.
        stored: pixels as the file holds them.
        prepared: the square at full resolution, breast on the left, and the way back.
        header: what the file says of itself.
    """

    path: Path
    stored: NDArray[np.uint16]
    prepared: Preprocessed
    header: HeaderFacts

    @property
    def side(self) -> int:
        """Of the prepared square, px."""
        return self.prepared.transform.side

    @property
    def flags(self) -> dict[str, bool]:
        """How the square differs from the file."""
        transform = self.prepared.transform
        return {"negated": bool(transform.negated), "flipped": bool(transform.flipped)}

    def spacing_at(self, side: int) -> float | None:
        """Side of a pixel, mm, when the square is scaled to `side`."""
        own = self.header.pixel_spacing_mm
        return None if own is None else own * self.side / side


def add_reading_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare how files are read."""
    group = parser.add_argument_group("reading")
    group.add_argument(
        "--bits", type=int, help="depth of the files (default: as they say, or by the largest value)"
    )
    group.add_argument("--trim", action="store_true", help="cut off air between the border and the chest wall")
    group.add_argument(
        "--flip",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="the chest wall is on the right, or is not (default: as the header says, or by the pixels)",
    )


def check_files(paths: Sequence[Path]) -> None:
    """Look at all files before any long work starts; pixels are not decoded.

    Raises:
        ConfigError: two files have one name, so that one's output would replace the other's.
        DataError: a file is not there, or is no gray picture.
    """
    stems = [path.stem for path in paths]
    twice = sorted({stem for stem in stems if stems.count(stem) > 1})
    require(not twice, f"files: got {', '.join(twice)} more than once, expected different names")
    for path in paths:
        read_depth(path)


def read_mammogram(path: Path, options: argparse.Namespace, *, multiple: int = 1) -> Mammogram:
    """Read one file and prepare it; `options` come from `add_reading_arguments`.

    Args:
        path: of the file.
        options: parsed.
        multiple: the side becomes a multiple of it.

    Raises:
        DataError: the file is not there, is no gray picture, or shows nothing.
    """
    image, header = read_image(path), _header(path)
    prepared = preprocess(
        image.pixels,
        patch_size=multiple,
        bits=options.bits or image.bits,
        negate=image.negate,
        flip=header.flip if options.flip is None else options.flip,
        trim=options.trim,
    )
    return Mammogram(path, image.pixels, prepared, header)


def _header(path: Path) -> HeaderFacts:
    import pydicom
    from pydicom.errors import InvalidDicomError

    try:
        dataset = pydicom.dcmread(path, stop_before_pixels=True)
    except InvalidDicomError:
        return HeaderFacts()
    directions = dataset.get("PatientOrientation") or ["", ""]
    view, side = (
        str(dataset.get("ViewPosition") or ""),
        dataset.get("ImageLaterality") or dataset.get("Laterality"),
    )
    return HeaderFacts(
        view=view if view in {"CC", "MLO"} else "",
        laterality=str(side) if side in {"L", "R"} else "",
        pixel_spacing_mm=_spacing(dataset.get("ImagerPixelSpacing") or dataset.get("PixelSpacing")),
        # Rows run to the right: towards the back (P), and the chest wall is there.
        flip={"P": True, "A": False}.get(str(directions[0])[:1]),
    )


def _spacing(value: Any) -> float | None:
    """Side of a square pixel; None where the header has none, or pixels that are not square."""
    try:
        row, column = (float(side) for side in value)
    except (TypeError, ValueError):
        return None
    return row if row == column and row > 0 else None
