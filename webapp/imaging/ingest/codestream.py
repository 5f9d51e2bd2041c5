"""What a compressed stream says of its own size, read before any decoder believes it.

A few bytes can claim 60000 × 60000 pixels, and decoders allocate what the stream claims, not what the header says.
"""

from __future__ import annotations

import struct
import zlib

START, J2K_SIZE, SCAN = 0xD8, b"\xff\x4f\xff\x51", 0xDA
FRAMES = {*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC}  # SOF of JPEG, and of JPEG-LS
ALONE = {0x01, *range(0xD0, 0xD9)}  # markers without a length
CHUNK = 1 << 20


def codestream_size(data: bytes) -> tuple[int, int] | None:
    """Return (rows, columns) of a JPEG, JPEG-LS or JPEG 2000 stream; none when it does not say, as RLE.

    Source: ITU-T T.81 B.2.2, T.87 C.2.2, T.800 A.5.1.
    """
    at = data.find(J2K_SIZE, 0, 4096)
    if at >= 0 and len(data) >= at + 24:
        right, bottom, left, top = struct.unpack_from(">4I", data, at + 8)
        return bottom - top, right - left
    if len(data) < 4 or data[:2] != bytes([0xFF, START]):
        return None
    return _frame_size(data)


def _frame_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
        elif marker in ALONE:
            at += 2
        elif marker in FRAMES:
            rows, columns = struct.unpack_from(">HH", data, at + 5)
            return rows, columns
        elif marker == SCAN:
            return None
        else:
            at += 2 + struct.unpack_from(">H", data, at + 2)[0]
    return None


def inflates_within(data: bytes, limit: int) -> bool:
    """Tell whether a raw deflate stream ends within `limit` bytes; one that is damaged counts as within."""
    inflater, size = zlib.decompressobj(-zlib.MAX_WBITS), 0
    try:
        while data and not inflater.eof:
            size += len(inflater.decompress(data, CHUNK))
            data = inflater.unconsumed_tail
            if size > limit:
                return False
    except zlib.error:
        return True
    return True
