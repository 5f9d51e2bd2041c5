"""A pack that is read while it grows: tiles of a picture that is still being drawn.

    growing = GrowingPyramid.open(path, width, height, bits=12)
    tiles = growing.write_region(x, y, pixels)   # finished by it: announce them only now
    growing.seal()                               # the sealed pack takes its place, whole or not at all

The layout is that of a sealed pack with another magic; an index entry of zeros means "not yet". A tile is written
once, payload before entry, when every pixel of its footprint is there: a tile once named keeps its bytes. Where
regions overlap the first writer owns the pixel. One writer a file; any number of readers, in any process
(`open_pack`). A file left by a killed writer is started anew by `open`: under the same name only if the same
pixels will be drawn, else it is another picture and needs another name.
"""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from webapp.imaging.pyramid.codec import encode_tile
from webapp.imaging.pyramid.geometry import GeometryError, PyramidDescriptor
from webapp.imaging.pyramid.levels import halved
from webapp.imaging.pyramid.packfile import ENTRY, PackError, PackReader, header_bytes, header_fields, write_pack

MAGIC = b"MAMBOGR1"
Tile = tuple[int, int, int]


class NotYetError(PackError):
    """A tile that is not drawn yet; it will be."""


class GrowingPyramid:
    """The one writer of a growing pack. Memory: 4 bytes a pixel of the full picture.

    Args:
        path: the file; a sealed pack takes its place at the end.
        descriptor: size and layout.
    """

    def __init__(self, path: Path, descriptor: PyramidDescriptor) -> None:
        self.path, self.descriptor = path, descriptor
        self.finished: list[Tile] = []
        levels = range(descriptor.min_level, descriptor.max_level + 1)
        shapes = {level: descriptor.level_size(level)[::-1] for level in levels}
        self._pixels = {level: np.zeros(shape, np.uint16) for level, shape in shapes.items()}
        self._done = {level: np.zeros(shape, np.bool_) for level, shape in shapes.items()}
        header = header_bytes(descriptor)
        self._index = len(MAGIC) + 4 + len(header)
        self._end = self._index + ENTRY.size * descriptor.tile_count
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.growing")
        empty = bytes(self._end - self._index)
        draft.write_bytes(b"".join([MAGIC, struct.pack("<I", len(header)), header, empty]))
        draft.rename(path)  # nobody sees half a header
        self._file = os.open(path, os.O_WRONLY)

    @classmethod
    def open(cls, path: Path, width: int, height: int, *, bits: int) -> GrowingPyramid:
        """Start an empty pack.

        Args:
            path: where it shall lie; its folder is made when it is missing.
            width: columns of the full picture.
            height: rows of the full picture.
            bits: declared bit depth.

        Raises:
            GeometryError: when a size is outside the limits.
        """
        return cls(path, PyramidDescriptor(width=width, height=height, bits=bits))

    def write_region(self, x: int, y: int, pixels: NDArray[np.uint16]) -> list[Tile]:
        """Put pixels in and return the tiles, as (level, x, y), that can be read from now on.

        Args:
            x: column of the region's left edge in the full picture.
            y: row of its upper edge.
            pixels: uint16 (rows, columns).

        Raises:
            GeometryError: when the region leaves the picture.
        """
        bottom, right = y + pixels.shape[0], x + pixels.shape[1]
        level = self.descriptor.max_level
        width, height = self.descriptor.level_size(level)
        if min(x, y) < 0 or right > width or bottom > height or pixels.size == 0:
            raise GeometryError(f"expected a region within {width} × {height}, got {x}_{y} to {right}_{bottom}")
        area = np.s_[y:bottom, x:right]
        fresh = ~self._done[level][area]
        self._pixels[level][area][fresh] = pixels[fresh]
        self._done[level][area] = True
        box, named = (y, bottom, x, right), []
        while True:
            named += self._write_finished(level, box)
            if level == self.descriptor.min_level:
                self.finished += named
                return named
            box = self._shrink(level, box)
            level -= 1

    def _shrink(self, level: int, box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
        """Carry a changed box to the next smaller level and return it there."""
        top, bottom, left, right = box[0] // 2, (box[1] + 1) // 2, box[2] // 2, (box[3] + 1) // 2
        inside, outside = np.s_[2 * top : 2 * bottom, 2 * left : 2 * right], np.s_[top:bottom, left:right]
        self._pixels[level - 1][outside] = halved(self._pixels[level][inside])
        done = self._done[level][inside]
        done = np.pad(done, ((0, done.shape[0] % 2), (0, done.shape[1] % 2)), mode="edge")
        self._done[level - 1][outside] = done[0::2, 0::2] & done[0::2, 1::2] & done[1::2, 0::2] & done[1::2, 1::2]
        return top, bottom, left, right

    def _write_finished(self, level: int, box: tuple[int, int, int, int]) -> list[Tile]:
        size, overlap = self.descriptor.tile_size, self.descriptor.overlap
        across, down = self.descriptor.level_tiles(level)
        columns = range(max(box[2] - overlap, 0) // size, min((box[3] - 1 + overlap) // size, across - 1) + 1)
        rows = range(max(box[0] - overlap, 0) // size, min((box[1] - 1 + overlap) // size, down - 1) + 1)
        known, named = set(self.finished), []
        for row in rows:
            for column in columns:
                foot = self.descriptor.footprint(level, column, row)
                area = np.s_[foot.top : foot.bottom, foot.left : foot.right]
                if (level, column, row) not in known and self._done[level][area].all():
                    self._write_tile((level, column, row), encode_tile(self._pixels[level][area]))
                    named.append((level, column, row))
        return named

    def _write_tile(self, tile: Tile, body: bytes) -> None:
        _write_all(self._file, body, self._end)
        entry = ENTRY.pack(self._end, len(body), zlib.crc32(body))
        _write_all(self._file, entry, self._index + ENTRY.size * self.descriptor.position(*tile))
        self._end += len(body)

    def seal(self) -> PyramidDescriptor:
        """Put the sealed pack, the same bytes as of any other picture, in the growing one's place.

        Raises:
            PackError: when pixels are missing.
        """
        missing = int((~self._done[self.descriptor.max_level]).sum())
        if missing:
            raise PackError(f"expected a whole picture, {missing} pixels are missing")
        self.close()
        return write_pack(self.path, self._pixels[self.descriptor.max_level], bits=self.descriptor.bits)

    def close(self) -> None:
        """Release the file; readers go on."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def _write_all(handle: int, data: bytes, at: int) -> None:
    view = memoryview(data)
    while view:
        count = os.pwrite(handle, view, at)
        view, at = view[count:], at + count


class GrowingReader:
    """Reads a growing pack: the index anew for each tile, since a mapping would not grow.

    Raises:
        PackError: when the file is missing or no growing pack.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._file = path.open("rb", buffering=0)
        except OSError as error:
            raise PackError(f"{path.name} can't be opened: {error}") from error
        try:
            self.descriptor, self._index = header_fields(os.pread(self._file.fileno(), 4096, 0), MAGIC)
        except PackError:
            self._file.close()
            raise

    def body(self, level: int, x: int, y: int, *, check: bool = False) -> bytes:
        """Return a tile as it is sent; it is always checked.

        Raises:
            GeometryError: when there is no such tile.
            NotYetError: when it is not drawn yet.
            PackError: when it is damaged.
        """
        offset, length, crc = self._entry(self.descriptor.position(level, x, y))
        if length == 0:
            raise NotYetError(f"tile {level}/{x}_{y} is not there yet")
        body = os.pread(self._file.fileno(), length, offset)
        if zlib.crc32(body) != crc:
            raise PackError(f"tile {level}/{x}_{y} is damaged")
        return body

    def view(self, level: int, x: int, y: int) -> memoryview:
        """Return a tile like `body`, in the form of a sealed pack's."""
        return memoryview(self.body(level, x, y))

    def finished(self) -> list[Tile]:
        """Return every tile that can be read, in the order of the index: what a page is told when it connects."""
        tiles = enumerate(self.descriptor.tiles())
        return [tile for position, tile in tiles if self._entry(position)[1]]

    def _entry(self, position: int) -> tuple[int, int, int]:
        found: tuple[int, int, int] = ENTRY.unpack(
            os.pread(self._file.fileno(), ENTRY.size, self._index + ENTRY.size * position)
        )
        return found

    def close(self) -> None:
        """Release the file."""
        self._file.close()


def open_pack(path: Path) -> PackReader | GrowingReader:
    """Open a pack, sealed or growing, by its magic.

    Raises:
        PackError: when it is neither.
    """
    try:
        with path.open("rb") as file:
            growing = file.read(len(MAGIC)) == MAGIC
    except OSError as error:
        raise PackError(f"{path.name} can't be opened: {error}") from error
    return GrowingReader(path) if growing else PackReader(path)
