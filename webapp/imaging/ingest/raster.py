"""Reads gray PNG, TIFF, JPEG and PGM files with every bit they have."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from webapp.imaging.ingest.dicom import check_size
from webapp.imaging.ingest.errors import IngestError
from webapp.imaging.ingest.pgm import read_pgm
from webapp.imaging.ingest.source import MAX_PIXELS, SourceImage

PROVENANCE_KEY = "mambo:provenance"  # of the PNG text that generated pictures carry
FORMATS = ("PNG", "TIFF", "JPEG", "PPM")
DEPTHS = (12, 14, 16)
WHITE_IS_ZERO, PHOTOMETRIC = 0, 262
READ_ERRORS = (
    UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError, KeyError,
    IndexError, TypeError, EOFError, OverflowError, MemoryError, struct.error, zlib.error,
)  # fmt: skip


def read_raster(data: bytes, name: str) -> SourceImage:
    """Return the canonical picture of a gray picture file; it has no spacing, side or view of its own.

    Args:
        data: the whole file.
        name: the file's name, for messages.

    Raises:
        IngestError: for what is no picture, damaged, in color, too small, too large or an animation.
    """
    if data[:2] in {b"P2", b"P5"}:
        pixels, bits = read_pgm(data, name)
        return SourceImage(pixels=pixels, bits=bits, header={"File format": "PGM"})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # sizes are checked here, before any pixel is decoded
        try:
            picture = Image.open(io.BytesIO(data))
        except Image.DecompressionBombError as error:
            limit = f"{MAX_PIXELS // 1_000_000} million"
            raise IngestError(name, f"it claims far more pixels than the limit of {limit}") from error
        except READ_ERRORS as error:
            advice = "Expected DICOM, PNG, TIFF, PGM or JPEG."
            raise IngestError(name, "it is not an image", advice) from error
        with picture:
            try:
                return _source(picture, name)
            except READ_ERRORS as error:
                if isinstance(error, IngestError):
                    raise
                raise IngestError(name, "it is cut short or damaged", "Copy or export the file again.") from error


def _source(picture: Image.Image, name: str) -> SourceImage:
    check_size(picture.height, picture.width, name)
    if picture.format not in FORMATS:
        raise IngestError(name, f"it is a {picture.format} file", "Expected DICOM, PNG, TIFF, PGM or JPEG.")
    frames = int(getattr(picture, "n_frames", 1))
    if frames > 1:
        raise IngestError(name, f"it holds {frames} pictures", "Add them one file each.")
    picture.load()
    values, bits = _gray(picture, name)
    return SourceImage(
        pixels=values,
        bits=bits,
        header={"File format": str(picture.format)},
        synthetic=PROVENANCE_KEY in picture.info,
    )


def _gray(picture: Image.Image, name: str) -> tuple[NDArray[np.uint16], int]:
    if picture.mode == "L":
        return np.asarray(picture).astype(np.uint16), 8
    if picture.mode.startswith("I"):
        return _deep(picture, name)
    if picture.mode in {"P", "RGB", "RGBA", "LA"}:
        return _same_channels(picture, name), 8
    raise IngestError(name, f"its pixels are {picture.mode}", "Expected one gray channel of 8 or 16 bits.")


def _deep(picture: Image.Image, name: str) -> tuple[NDArray[np.uint16], int]:
    values = np.asarray(picture)
    if values.dtype != np.uint16 and (values.min() < 0 or values.max() > 65535):
        raise IngestError(name, "its values need more than 16 bits", "Expected one gray channel of 8 or 16 bits.")
    values = values.astype(np.uint16)
    # Files of 16 bits do not say how many they use: the smallest usual depth that holds the values is declared.
    bits = next(depth for depth in DEPTHS if int(values.max()) < 1 << depth)
    tags: Any = getattr(picture, "tag_v2", {})
    if tags.get(PHOTOMETRIC) == WHITE_IS_ZERO:
        values = ((1 << bits) - 1 - values).astype(np.uint16)
    return values, bits


def _same_channels(picture: Image.Image, name: str) -> NDArray[np.uint16]:
    channels = np.asarray(picture.convert("RGBA"))
    red, green, blue, alpha = (channels[..., index] for index in range(4))
    if not (np.array_equal(red, green) and np.array_equal(red, blue)):
        raise IngestError(name, "it is in color", "A mammogram has one gray channel.")
    if not (alpha == 255).all():
        raise IngestError(name, "it is partly transparent", "Save it without an alpha channel.")
    return red.astype(np.uint16)
