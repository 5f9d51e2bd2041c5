"""From a prepared mammogram to a training image: a square of one given side, as stored values."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mambo_engine.config import require
from mambo_engine.data.augmentation import Augmentation
from mambo_engine.data.files import read_depth, read_image
from mambo_engine.data.preprocessing import preprocess
from mambo_engine.errors import DataError

FITS = ("scale", "pad")


@dataclass(frozen=True)
class Preparation:
    """How an image file becomes a training image.

    Attributes:
        size: side of the training image, px.
        fit: scale the padded square to `size`, or keep the pixels and pad with air up to it (the paper's way).
        bits: depth of the training image.
        stored_bits: depth of the files where they do not say it: 16-bit PNG files that hold 12 bits.
        crop: share of rows, and of columns, cut off each side first.
        trim: cut off air between the image border and the chest wall.
    """

    size: int
    fit: Literal["scale", "pad"] = "scale"
    bits: int = 12
    stored_bits: int | None = None
    crop: tuple[float, float] = (0.0, 0.0)
    trim: bool = False

    def __post_init__(self) -> None:
        """Check the way of fitting."""
        require(self.fit in FITS, f"fit: got {self.fit!r}, expected one of {', '.join(FITS)}")


def training_image(
    path: Path, preparation: Preparation, augmentation: Augmentation | None = None
) -> NDArray[np.uint16]:
    """Read, prepare and fit one image file: (size, size), values 0..2^bits - 1, breast on the left.

    Args:
        path: of the image.
        preparation: how it is prepared.
        augmentation: applied to the fitted image, where a copy is wanted.

    Raises:
        DataError: the file cannot be read, shows nothing, or is larger than a padded image may be.

    Source: paper sec. 8; all images of a set are divided by the largest value of their depth, not by their own.
    """
    stored = read_image(path)
    prepared = preprocess(
        stored.pixels,
        patch_size=1,
        bits=preparation.stored_bits or stored.bits or read_depth(path),
        negate=stored.negate,
        crop=preparation.crop,
        trim=preparation.trim,
    )
    fitted = np.clip(_fitted(prepared.image, preparation, path), 0.0, 1.0)
    if augmentation is not None:
        fitted = augmentation.apply(fitted)
    return np.rint(fitted * (2**preparation.bits - 1)).astype(np.uint16)


def _fitted(square: NDArray[np.float32], preparation: Preparation, path: Path) -> NDArray[np.float32]:
    side, size = len(square), preparation.size
    if preparation.fit == "scale":
        # Hamming: as sharp as bicubic when shrinking, without its bright rims along the skin.
        picture = Image.fromarray(square).resize((size, size), Image.Resampling.HAMMING)
        return np.asarray(picture, dtype=np.float32)
    if side > size:
        raise DataError(f"{path}: got a side of {side} px, expected at most {size}; crop more, or fit: scale")
    padded = np.zeros((size, size), dtype=np.float32)
    padded[:side, :side] = square
    return padded
