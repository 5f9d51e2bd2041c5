"""A pack that is read while it grows: the tiles of a picture that is still being drawn.

    growing = GrowingPyramid(path, pixels, bits=12)      # what is seen where nothing has been drawn yet
    growing.write_region(x, y, part)                     # any number of times
    revisions = growing.publish()                        # tiles that changed: announce them only now

The layout is that of a sealed pack with another magic. Every tile can be read from the beginning; one that
changed is written beside its old bytes first, then its index entry. Its revision is the CRC of its bytes, so the
file tells a page that comes late what it must load. One writer a file; any number of readers (`open_pack`).
What is drawn in the end becomes a picture of its own, with a sealed pack.
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
from webapp.imaging.pyramid.levels import halved, pyramid_levels
from webapp.imaging.pyramid.packfile import ENTRY, PackError, PackReader, header_bytes, header_fields

MAGIC = b"MAMBOGR1"
SPARE_SHARE = 8
"""A tile's place has an eighth more room than its first bytes take."""

READS = 5  # a writer would have to publish the same tile so often within one read
Tile = tuple[int, int, int]
Revisions = dict[str, str]


def tile_name(tile: Tile) -> str:
    """Return a tile's name in addresses: level/x_y."""
    level, x, y = tile
    return f"{level}/{x}_{y}"


class GrowingPyramid:
    """The one writer of a growing pack. Memory: 3 bytes a pixel of the picture.

    Args:
        path: the file; its folder is made when it is missing.
        pixels: uint16 (rows, columns), what is seen where no region has come.
        bits: declared bit depth.

    Raises:
        GeometryError: when the picture is empty or the depth is not 1 to 16.
        OSError: when the disk refuses; nothing is left behind then.
    """

    def __init__(self, path: Path, pixels: NDArray[np.uint16], *, bits: int) -> None:
        rows, columns = pixels.shape
        self.path, self.descriptor = path, PyramidDescriptor(width=columns, height=rows, bits=bits)
        self._levels = {level: array.copy() for level, array in pyramid_levels(pixels, self.descriptor)}
        self._changed: set[Tile] = set(self.descriptor.tiles())
        self._crc: dict[Tile, int] = {}
        self._places: dict[Tile, list[tuple[int, int]]] = {tile: [] for tile in self._changed}  # offset, room
        header = header_bytes(self.descriptor)
        self._index = len(MAGIC) + 4 + len(header)
        self._end = self._index + ENTRY.size * self.descriptor.tile_count
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.growing")
        self._file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            _write_all(self._file, b"".join([MAGIC, struct.pack("<I", len(header)), header]), 0)
            self.publish()
            draft.rename(path)  # nobody sees a tile that is not there yet
        except BaseException:
            self.close()
            draft.unlink(missing_ok=True)
            raise

    def write_region(self, x: int, y: int, pixels: NDArray[np.uint16]) -> None:
        """Put pixels in; readers see them after the next `publish`.

        Args:
            x: column of the region's left edge in the full picture.
            y: row of its upper edge.
            pixels: uint16 (rows, columns).

        Raises:
            GeometryError: when the region leaves the picture.
        """
        level = self.descriptor.max_level
        top, left, bottom, right = y, x, y + pixels.shape[0], x + pixels.shape[1]
        width, height = self.descriptor.level_size(level)
        if min(x, y) < 0 or right > width or bottom > height or pixels.size == 0:
            raise GeometryError(f"expected a region within {width} × {height}, got {x}_{y} to {right}_{bottom}")
        self._levels[level][top:bottom, left:right] = pixels
        while True:
            self._changed |= self._tiles_of(level, top, left, bottom, right)
            if level == self.descriptor.min_level:
                return
            top, left, bottom, right = top // 2, left // 2, (bottom + 1) // 2, (right + 1) // 2
            finer = self._levels[level][2 * top : 2 * bottom, 2 * left : 2 * right]
            level -= 1
            self._levels[level][top:bottom, left:right] = halved(finer)

    def _tiles_of(self, level: int, top: int, left: int, bottom: int, right: int) -> set[Tile]:
        """Return the tiles that hold a pixel of this box, in their overlap too."""
        size, overlap = self.descriptor.tile_size, self.descriptor.overlap
        across, down = self.descriptor.level_tiles(level)
        columns = range(max(left - overlap, 0) // size, min((right - 1 + overlap) // size, across - 1) + 1)
        rows = range(max(top - overlap, 0) // size, min((bottom - 1 + overlap) // size, down - 1) + 1)
        return {(level, column, row) for row in rows for column in columns}

    def publish(self) -> Revisions:
        """Write the tiles that changed and return their revisions by name.

        Raises:
            OSError: when the disk refuses; the tiles that were not written keep their old bytes.
        """
        found: Revisions = {}
        for tile in sorted(self._changed):
            level, x, y = tile
            foot = self.descriptor.footprint(level, x, y)
            body = encode_tile(self._levels[level][foot.top : foot.bottom, foot.left : foot.right])
            crc = zlib.crc32(body)
            if self._crc.get(tile) != crc:
                self._write_tile(tile, body, crc)
                found[tile_name(tile)] = revision(crc)
            self._changed.discard(tile)
        return found

    def _write_tile(self, tile: Tile, body: bytes, crc: int) -> None:
        """Write a tile into its other place: somebody may just be reading the one that the index names."""
        places = self._places[tile]
        offset, room = places.pop(0) if len(places) == 2 else (0, 0)
        if len(body) > room:
            offset, room = self._end, len(body) + len(body) // SPARE_SHARE
            self._end += room
        _write_all(self._file, body, offset)
        _write_all(self._file, ENTRY.pack(offset, len(body), crc), self._index + self._entry_at(tile))
        places.append((offset, room))
        self._crc[tile] = crc

    def _entry_at(self, tile: Tile) -> int:
        return ENTRY.size * self.descriptor.position(*tile)

    def close(self) -> None:
        """Release the file; readers go on."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def revision(crc: int) -> str:
    """Return how a tile's bytes are told apart from its earlier ones."""
    return f"{crc:08x}"


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

    final = False
    """Whether a tile keeps its bytes."""

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
        """Return a tile as it is sent, in its newest revision; it is always checked.

        Raises:
            GeometryError: when there is no such tile.
            PackError: when it is damaged.
        """
        position = self.descriptor.position(level, x, y)
        for _ in range(READS):  # its place may be written anew while it is read
            offset, length, crc = self._entry(position)
            body = os.pread(self._file.fileno(), length, offset)
            if len(body) == length and zlib.crc32(body) == crc:
                return body
        raise PackError(f"tile {tile_name((level, x, y))} is damaged")

    def view(self, level: int, x: int, y: int) -> memoryview:
        """Return a tile like `body`, in the form of a sealed pack's."""
        return memoryview(self.body(level, x, y))

    def revisions(self) -> Revisions:
        """Return the present revision of every tile by name: what a page loads that comes late."""
        tiles = enumerate(self.descriptor.tiles())
        return {tile_name(tile): revision(self._entry(position)[2]) for position, tile in tiles}

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
