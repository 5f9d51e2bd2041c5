"""One sealed file per picture: all tiles of its pyramid, as they are sent.

| part | content |
| --- | --- |
| magic | 8 bytes: name and format version |
| header length | u32 little-endian |
| header | JSON, sorted keys, padded with spaces so that the index starts on 16 bytes |
| index | 16 bytes per tile: u64 offset, u32 length, u32 CRC-32 of the body |
| payload | gzip bodies, back to back |

No time, no name and no source is in it, so that two packs of the same pixels are the same bytes.
"""

from __future__ import annotations

import json
import mmap
import os
import secrets
import struct
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from webapp.imaging.pyramid.codec import ENCODING, CodecError, decode_tile, encode_tile
from webapp.imaging.pyramid.geometry import GeometryError, PyramidDescriptor
from webapp.imaging.pyramid.levels import pyramid_levels

MAGIC = b"MAMBOPK1"
ENTRY = struct.Struct("<QII")
BUILD_THREADS = 2  # zlib releases the interpreter's lock


class PackError(Exception):
    """A pack file that is damaged or is no pack file."""


def header_bytes(descriptor: PyramidDescriptor) -> bytes:
    """Return a pack's header, padded so that the index starts on 16 bytes."""
    fields = {
        "bits": descriptor.bits,
        "encoding": ENCODING,
        "height": descriptor.height,
        "max_level": descriptor.max_level,
        "min_level": descriptor.min_level,
        "overlap": descriptor.overlap,
        "tile_size": descriptor.tile_size,
        "width": descriptor.width,
    }
    text = json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
    return text + b" " * (-(len(MAGIC) + 4 + len(text)) % ENTRY.size)


def encoded_tiles(pixels: NDArray[np.uint16], descriptor: PyramidDescriptor) -> list[bytes]:
    """Return the body of every tile in the order of the index."""
    jobs: dict[int, NDArray[np.uint16]] = {}
    for level, picture in pyramid_levels(pixels, descriptor):
        across, down = descriptor.level_tiles(level)
        for y in range(down):
            for x in range(across):
                area = descriptor.footprint(level, x, y)
                tile = picture[area.top : area.bottom, area.left : area.right]
                jobs[descriptor.position(level, x, y)] = tile
    with ThreadPoolExecutor(BUILD_THREADS) as pool:
        return list(pool.map(encode_tile, (jobs[position] for position in sorted(jobs))))


def pack_bytes(descriptor: PyramidDescriptor, bodies: Sequence[bytes]) -> bytes:
    """Return the bytes of a sealed pack."""
    if len(bodies) != descriptor.tile_count:
        raise PackError(f"expected {descriptor.tile_count} tiles, got {len(bodies)}")
    header = header_bytes(descriptor)
    offset = len(MAGIC) + 4 + len(header) + ENTRY.size * len(bodies)
    entries = []
    for body in bodies:
        entries.append(ENTRY.pack(offset, len(body), zlib.crc32(body)))
        offset += len(body)
    return b"".join([MAGIC, struct.pack("<I", len(header)), header, *entries, *bodies])


def write_pack(path: Path, pixels: NDArray[np.uint16], *, bits: int) -> PyramidDescriptor:
    """Write the pack of a picture: all of it or nothing.

    Args:
        path: where it shall lie; its folder is made when it is missing.
        pixels: uint16 (rows, columns).
        bits: declared bit depth.

    Returns:
        The pyramid's layout.

    Raises:
        GeometryError: when the picture is empty or the depth is not 1 to 16.
        OSError: when the disk refuses; nothing is left behind then.
    """
    rows, columns = pixels.shape
    descriptor = PyramidDescriptor(width=columns, height=rows, bits=bits)
    data = pack_bytes(descriptor, encoded_tiles(pixels, descriptor))
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return descriptor


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def header_fields(data: bytes, magic: bytes) -> tuple[PyramidDescriptor, int]:
    """Return a pack's layout and where its index starts.

    Args:
        data: the beginning of the file, at least its header.
        magic: what it must start with.

    Raises:
        PackError: when it is damaged or no pack.
    """
    head = len(magic) + 4
    if data[: len(magic)] != magic or len(data) < head:
        raise PackError(f"expected {magic!r} at the start, got {data[: len(magic)]!r}")
    (length,) = struct.unpack_from("<I", data, len(magic))
    try:
        fields = json.loads(data[head : head + length])
        descriptor = PyramidDescriptor(
            width=int(fields["width"]),
            height=int(fields["height"]),
            bits=int(fields["bits"]),
            tile_size=int(fields["tile_size"]),
            overlap=int(fields["overlap"]),
        )
    except (ValueError, KeyError, TypeError, GeometryError) as error:
        raise PackError(f"the header can't be read: {error}") from error
    found = (fields.get("encoding"), fields.get("min_level"), fields.get("max_level"))
    expected = (ENCODING, descriptor.min_level, descriptor.max_level)
    if found != expected:
        raise PackError(f"expected encoding and levels {expected}, got {found}")
    return descriptor, head + length


class PackReader:
    """A sealed pack, memory-mapped. Opening checks everything but the bodies; each body is checked once.

    Args:
        path: the pack file.

    Raises:
        PackError: when the file is missing, damaged or no pack.
    """

    final = True
    """Whether a tile keeps its bytes."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise PackError(f"{path.name} can't be opened: {error}") from error
        try:
            self.descriptor, start = header_fields(self._data[:4096], MAGIC)
            self._entries = self._read_index(start)
            self._checked = bytearray(len(self._entries))
        except PackError:
            self._data.close()
            raise

    def _read_index(self, start: int) -> list[tuple[int, int, int]]:
        payload = start + ENTRY.size * self.descriptor.tile_count
        if payload > len(self._data):
            raise PackError(f"expected an index of {self.descriptor.tile_count} tiles, the file ends before")
        entries = list(ENTRY.iter_unpack(self._data[start:payload]))
        for offset, length, _ in entries:
            if length == 0 or offset < payload or offset + length > len(self._data):
                raise PackError(f"a tile lies at {offset} + {length}, outside {payload} to {len(self._data)}")
        return entries

    def body(self, level: int, x: int, y: int, *, check: bool = False) -> bytes:
        """Return a tile as it is sent, whole: its CRC is compared when it is first read.

        Args:
            level: pyramid level.
            x: tile column.
            y: tile row.
            check: whether to compare the CRC again.

        Raises:
            GeometryError: when there is no such tile.
            PackError: when the body is damaged.
        """
        return bytes(self.view(level, x, y, check=check))

    def view(self, level: int, x: int, y: int, *, check: bool = False) -> memoryview:
        """Return a tile like `body`, not copied: the mapping stays until the view is let go."""
        position = self.descriptor.position(level, x, y)
        offset, length, crc = self._entries[position]
        found = memoryview(self._data)[offset : offset + length]
        if check or not self._checked[position]:
            if zlib.crc32(found) != crc:
                raise PackError(f"tile {level}/{x}_{y} is damaged")
            self._checked[position] = 1
        return found

    def tile(self, level: int, x: int, y: int) -> NDArray[np.uint16]:
        """Return the pixels of a tile, overlap included."""
        area = self.descriptor.footprint(level, x, y)
        try:
            return decode_tile(self.body(level, x, y, check=True), area.width, area.height)
        except CodecError as error:
            raise PackError(str(error)) from error

    def picture(self, level: int | None = None) -> NDArray[np.uint16]:
        """Return a whole level, uint16 (rows, columns); the full picture when no level is given."""
        level = self.descriptor.max_level if level is None else level
        width, height = self.descriptor.level_size(level)
        picture = np.empty((height, width), np.uint16)
        across, down = self.descriptor.level_tiles(level)
        for y in range(down):
            for x in range(across):
                area = self.descriptor.footprint(level, x, y)
                picture[area.top : area.bottom, area.left : area.right] = self.tile(level, x, y)
        return picture

    def close(self) -> None:
        """Release the mapping."""
        self._data.close()
