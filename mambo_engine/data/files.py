"""Reads a mammogram file to stored pixels: DICOM, or PNG, TIFF, PGM and JPEG in gray."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mambo_engine.errors import DataError

_GRAY_MODES = {"L", "I;16", "I;16B", "I"}


@dataclass(frozen=True)
class StoredImage:
    """Pixels as a file holds them.

    Attributes:
        pixels: (rows, columns), unsigned integers.
        bits: stored bits where the file says so, otherwise none.
        negate: whether air is bright, where the file says so (MONOCHROME1), otherwise none.
    """

    pixels: NDArray[np.uint16]
    bits: int | None = None
    negate: bool | None = None


def read_image(path: Path) -> StoredImage:
    """Read one image file.

    Raises:
        DataError: it cannot be opened, has several frames, is no gray image, or holds negative values.
    """
    try:
        with path.open("rb") as file:
            head = file.read(132)
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from error
    return _dicom(path) if head[128:] == b"DICM" else _picture(path)


def read_depth(path: Path) -> int:
    """Read how many bits a pixel of a file has; the pixels are not decoded.

    Returns:
        Bits Stored of a DICOM object; 8 or 16 of another file.

    Raises:
        DataError: it cannot be opened, or is no gray image.
    """
    try:
        with path.open("rb") as file:
            head = file.read(132)
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from error
    return _dicom_depth(path) if head[128:] == b"DICM" else _picture_depth(path)


def _dicom_depth(path: Path) -> int:
    import pydicom
    from pydicom.errors import InvalidDicomError

    try:
        dataset = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=["BitsStored", "NumberOfFrames"])
        frames, bits = int(dataset.get("NumberOfFrames") or 1), int(dataset.BitsStored)
    except (InvalidDicomError, AttributeError, ValueError, EOFError) as error:
        raise DataError(f"{path}: no image header ({error})") from error
    if frames != 1:
        raise DataError(f"{path}: got {frames} frames, expected one")
    return bits


def _picture_depth(path: Path) -> int:
    from PIL import Image

    try:
        with Image.open(path) as picture:
            mode = picture.mode
    except (OSError, SyntaxError, ValueError) as error:
        raise DataError(f"{path}: not an image that can be read ({error})") from error
    if mode not in _GRAY_MODES | {"RGB"}:
        raise DataError(f"{path}: got mode {mode}, expected a gray image")
    return 8 if mode in {"L", "RGB"} else 16


def _dicom(path: Path) -> StoredImage:
    import pydicom
    from pydicom.errors import InvalidDicomError

    try:
        dataset = pydicom.dcmread(path)
        pixels = dataset.pixel_array
    except (InvalidDicomError, AttributeError, ValueError, RuntimeError, NotImplementedError, EOFError) as error:
        raise DataError(f"{path}: no pixels could be decoded ({error})") from error
    if pixels.ndim != 2:
        raise DataError(f"{path}: got pixels of shape {pixels.shape}, expected one gray frame")
    negate = str(dataset.PhotometricInterpretation) == "MONOCHROME1"
    return StoredImage(_unsigned(pixels, path), int(dataset.BitsStored), negate)


def _picture(path: Path) -> StoredImage:
    from PIL import Image

    try:
        with Image.open(path) as picture:
            mode, pixels = picture.mode, np.asarray(picture)
    except (OSError, SyntaxError, ValueError) as error:
        raise DataError(f"{path}: not an image that can be read ({error})") from error
    if mode == "RGB" and np.ptp(pixels, axis=2).max() <= 2:
        pixels, mode = pixels[:, :, 0], "L"  # JPEG files of gray images are often stored in color
    if mode not in _GRAY_MODES:
        raise DataError(f"{path}: got mode {mode}, expected a gray image")
    return StoredImage(_unsigned(pixels, path))


def _unsigned(pixels: NDArray[np.generic], path: Path) -> NDArray[np.uint16]:
    low, high = int(np.min(pixels)), int(np.max(pixels))  # type: ignore[call-overload]
    if low < 0 or high > 65535:
        raise DataError(f"{path}: got values {low}..{high}, expected 0..65535")
    return pixels.astype(np.uint16)
