"""Where tiles lie: levels, sizes, footprints.

Levels follow Deep Zoom: the last level is the picture itself, each level before it has half the size, rounded
up. Only levels from the first that fits into one tile are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

TILE_SIZE = 512
OVERLAP = 1


class GeometryError(ValueError):
    """A size or a tile number outside the pyramid."""


@dataclass(frozen=True)
class Footprint:
    """The pixels of one tile inside its level, overlap included: rows `[top, bottom)`, columns `[left, right)`."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Columns in the tile."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Rows in the tile."""
        return self.bottom - self.top


@dataclass(frozen=True)
class PyramidDescriptor:
    """Size and layout of a pyramid; everything that a tile number can mean follows from it.

    Args:
        width: columns of the full picture, at least 1.
        height: rows of the full picture, at least 1.
        bits: declared bit depth of the values, 1 to 16.
        tile_size: edge of a tile without overlap, px.
        overlap: pixels that a tile shares with each neighbor.

    Raises:
        GeometryError: when a value is outside these limits.
    """

    width: int
    height: int
    bits: int
    tile_size: int = TILE_SIZE
    overlap: int = OVERLAP

    def __post_init__(self) -> None:
        """Check the limits."""
        if self.width < 1 or self.height < 1:
            raise GeometryError(f"expected at least 1 × 1 px, got {self.width} × {self.height}")
        if not 1 <= self.bits <= 16:
            raise GeometryError(f"expected 1 to 16 bits, got {self.bits}")
        if self.tile_size < 2 or not 0 <= self.overlap < self.tile_size:
            raise GeometryError(f"expected overlap < tile size, got {self.overlap} and {self.tile_size}")

    @cached_property
    def max_level(self) -> int:
        """The level of the full picture: ceil(log2(longer edge))."""
        return (max(self.width, self.height) - 1).bit_length()

    @cached_property
    def min_level(self) -> int:
        """The largest level that fits into one tile."""
        levels = range(self.max_level, -1, -1)
        return next(level for level in levels if max(self.level_size(level)) <= self.tile_size)

    def level_size(self, level: int) -> tuple[int, int]:
        """Return (width, height) of a level, px."""
        if not 0 <= level <= self.max_level:
            raise GeometryError(f"expected a level from 0 to {self.max_level}, got {level}")
        scale = 1 << (self.max_level - level)
        return -(-self.width // scale), -(-self.height // scale)

    def level_tiles(self, level: int) -> tuple[int, int]:
        """Return how many tiles a level has across and down."""
        width, height = self.level_size(level)
        return -(-width // self.tile_size), -(-height // self.tile_size)

    def footprint(self, level: int, x: int, y: int) -> Footprint:
        """Return which pixels of the level the tile in column `x` and row `y` holds.

        Raises:
            GeometryError: when the level has no such tile.
        """
        width, height = self.level_size(level)
        across, down = self.level_tiles(level)
        if not (0 <= x < across and 0 <= y < down):
            raise GeometryError(f"level {level} has {across} × {down} tiles, got {x}_{y}")
        size, overlap = self.tile_size, self.overlap
        return Footprint(
            left=max(x * size - overlap, 0),
            top=max(y * size - overlap, 0),
            right=min((x + 1) * size + overlap, width),
            bottom=min((y + 1) * size + overlap, height),
        )

    def tiles(self) -> Iterator[tuple[int, int, int]]:
        """Yield every (level, x, y) in the order of the index: level, then row, then column, ascending."""
        for level in range(self.min_level, self.max_level + 1):
            across, down = self.level_tiles(level)
            yield from ((level, x, y) for y in range(down) for x in range(across))

    @cached_property
    def tile_count(self) -> int:
        """Number of tiles in all kept levels."""
        return sum(a * d for a, d in map(self.level_tiles, range(self.min_level, self.max_level + 1)))

    def position(self, level: int, x: int, y: int) -> int:
        """Return the place of a tile in the index.

        Raises:
            GeometryError: when the pyramid keeps no such tile.
        """
        if not self.min_level <= level <= self.max_level:
            raise GeometryError(f"expected a level from {self.min_level} to {self.max_level}, got {level}")
        before, across, down = self._index[level - self.min_level]
        if not (0 <= x < across and 0 <= y < down):
            raise GeometryError(f"level {level} has {across} × {down} tiles, got {x}_{y}")
        return before + y * across + x

    @cached_property
    def _index(self) -> list[tuple[int, int, int]]:
        """For each kept level how many tiles lie before it, and how many it has across and down."""
        found, before = [], 0
        for level in range(self.min_level, self.max_level + 1):
            across, down = self.level_tiles(level)
            found.append((before, across, down))
            before += across * down
        return found
