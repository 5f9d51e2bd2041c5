"""The tile's bytes: lossless 16-bit values as two byte planes, in gzip.

Left-neighbor differences, zigzag, all low bytes and then all high bytes. A browser inflates the gzip itself
(`Content-Encoding`) and undoes the planes in a short loop, so no image codec with gamma, alpha or color
profiles stands between the detector's value and the screen.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

ENCODING = "u16-left-zigzag-planes"
GZIP_LEVEL = 6
BUCKET_BYTES = 8 * 1024
_FIXED = b"\x1f\x8b\x08\x04\x00\x00\x00\x00\x00\xff"  # deflate, FEXTRA, no time, unknown system
_OVERHEAD = len(_FIXED) + 2 + 4 + 8  # XLEN, one sub-field's head, CRC and size


class CodecError(ValueError):
    """Tile bytes that are not what the geometry says."""


def encode_planes(tile: NDArray[np.uint16]) -> bytes:
    """Return the byte planes of a tile.

    Args:
        tile: uint16 (rows, columns), any values.

    Returns:
        2 × rows × columns bytes.
    """
    if tile.ndim != 2 or tile.dtype != np.uint16 or tile.size == 0:
        raise CodecError(f"expected a uint16 picture, got {tile.dtype} {tile.shape}")
    residual = tile.astype("<u2")  # a copy; differences wrap modulo 2^16
    residual[:, 1:] -= tile[:, :-1]  # left neighbor
    residual[1:, 0] -= tile[:-1, 0]  # first column: the pixel above
    signed = residual.view("<i2")
    zigzag = ((signed << 1) ^ (signed >> 15)).view("<u2")
    return zigzag.view("u1").reshape(-1, 2).T.tobytes()


def decode_planes(data: bytes, width: int, height: int) -> NDArray[np.uint16]:
    """Return the tile of `encode_planes`.

    Args:
        data: exactly 2 × width × height bytes.
        width: columns of the tile.
        height: rows of the tile.

    Raises:
        CodecError: when the number of bytes differs.
    """
    if len(data) != 2 * width * height:
        raise CodecError(f"expected {2 * width * height} bytes for {width} × {height} px, got {len(data)}")
    planes = np.frombuffer(data, "u1").reshape(2, -1)
    zigzag = planes[0].astype("<u2") | (planes[1].astype("<u2") << 8)
    residual = (zigzag >> 1) ^ (0 - (zigzag & 1)).astype("<u2")
    residual = residual.reshape(height, width)
    residual[:, 0] = np.cumsum(residual[:, 0], dtype="<u2")
    return np.cumsum(residual, axis=1, dtype="<u2").astype(np.uint16)


def gzip_padded(data: bytes, *, bucket: int = BUCKET_BYTES) -> bytes:
    """Return one gzip member whose length is a multiple of `bucket`.

    The padding lies in the header's extra field, which every inflater skips, so it shows neither in the
    decoded size nor in the pixels. Without it the length of a tile would tell how smooth its tissue is.

    Args:
        data: what to compress.
        bucket: step of the sizes in bytes, 1 to 32768; 1 means no padding.
    """
    if not 1 <= bucket <= 32768:
        raise CodecError(f"expected a bucket of 1 to 32768 bytes, got {bucket}")
    deflate = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = deflate.compress(data) + deflate.flush()
    padding = -(_OVERHEAD + len(body)) % bucket
    extra = struct.pack("<H2sH", 4 + padding, b"PD", padding) + bytes(padding)
    return _FIXED + extra + body + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)


def encode_tile(tile: NDArray[np.uint16]) -> bytes:
    """Return a tile as it is sent: byte planes in a padded gzip member."""
    return gzip_padded(encode_planes(tile))


def decode_tile(body: bytes, width: int, height: int) -> NDArray[np.uint16]:
    """Return the pixels of a sent tile.

    Raises:
        CodecError: when the body is damaged or has another size.
    """
    try:
        inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
        data = inflater.decompress(body, 2 * width * height + 1)
    except zlib.error as error:
        raise CodecError(f"damaged tile: {error}") from error
    return decode_planes(data, width, height)
