"""The one source of patch positions, for training, sampling and tests.

Source: paper sec. 3.2.2 and 10 (patches with a 32-pixel overlap). Ours differs from the public code in
using one grid for context crops and for stitching, so nothing drifts: 3840 px gives exactly 17 x 17 patches.
Coordinates are (row, column), origin at the outer corner of the first pixel, unit = one canvas pixel.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mambo_engine.errors import ConfigError


@dataclass(frozen=True)
class Box:
    """A rectangle in canvas pixels; may be fractional and may leave the canvas."""

    top: float
    left: float
    height: float
    width: float

    @property
    def center(self) -> tuple[float, float]:
        """Row and column of the center."""
        return self.top + self.height / 2, self.left + self.width / 2

    def scaled(self, factor: float) -> Box:
        """The same region in a canvas that is ``factor`` times as large."""
        return Box(self.top * factor, self.left * factor, self.height * factor, self.width * factor)


@dataclass(frozen=True)
class Patch:
    """One cell of the grid: its indices, and the corner of its patch_size square on the canvas."""

    row: int
    column: int
    top: int
    left: int

    @property
    def wave(self) -> int:
        """Patches of one wave do not depend on each other: they need left, top and top-left only."""
        return self.row + self.column


def grid_positions(canvas: int, patch_size: int, overlap: int) -> tuple[int, ...]:
    """Start of every patch along one axis; the last is clamped to the end of the canvas.

    Raises:
        ConfigError: the canvas is smaller than a patch, or the overlap leaves no stride.
    """
    if canvas < patch_size:
        raise ConfigError(f"canvas: got {canvas} px, expected at least patch_size {patch_size}")
    stride = patch_size - overlap
    if not 0 < stride <= patch_size:
        raise ConfigError(f"overlap: got {overlap}, expected 0..{patch_size - 1}")
    last = canvas - patch_size
    return (*range(0, last, stride), last)


@dataclass(frozen=True)
class Grid:
    """All patches that cover a square canvas."""

    canvas: int
    patch_size: int
    overlap: int

    @cached_property
    def positions(self) -> tuple[int, ...]:
        """Start of every patch along one axis."""
        return grid_positions(self.canvas, self.patch_size, self.overlap)

    @property
    def count(self) -> int:
        """Number of patches."""
        return len(self.positions) ** 2

    def raster(self) -> Iterator[Patch]:
        """Patches row by row, the order of the paper."""
        for row, top in enumerate(self.positions):
            for column, left in enumerate(self.positions):
                yield Patch(row, column, top, left)

    def waves(self) -> tuple[tuple[Patch, ...], ...]:
        """Patches by wave; each wave is one batch and needs only earlier waves."""
        waves: list[list[Patch]] = [[] for _ in range(2 * len(self.positions) - 1)]
        for patch in self.raster():
            waves[patch.wave].append(patch)
        return tuple(tuple(wave) for wave in waves)

    def box(self, patch: Patch) -> Box:
        """The square of ``patch`` on the canvas."""
        return Box(patch.top, patch.left, self.patch_size, self.patch_size)

    def needs(self, patch: Patch) -> tuple[Patch, ...]:
        """Earlier patches that `patch` overlaps: those above, those to the left, and those above and left.

        A patch above and to the right is not among them: what it shares with `patch` belongs to the one above.
        """
        rows, columns = self._reach(patch.row), self._reach(patch.column)
        return tuple(
            Patch(row, column, self.positions[row], self.positions[column])
            for row in rows
            for column in columns
            if (row, column) != (patch.row, patch.column)
        )

    def _reach(self, index: int) -> range:
        """Indices up to `index` of the positions whose patches overlap the one at `index`, along one axis."""
        end = self.positions[index] - self.patch_size
        return range(next(i for i, start in enumerate(self.positions) if start > end), index + 1)

    def known(self, patch: Patch) -> NDArray[np.bool_]:
        """Pixels (s, s) of ``patch`` that an earlier patch owns: the first writer keeps them.

        The owner of a pixel is the patch with the smallest row, then smallest column, that holds it; on a
        product grid that patch comes first in raster and in wave order alike.
        """
        known = np.zeros((self.patch_size, self.patch_size), dtype=bool)
        if patch.row > 0:
            known[: self.positions[patch.row - 1] + self.patch_size - patch.top, :] = True
        if patch.column > 0:
            known[:, : self.positions[patch.column - 1] + self.patch_size - patch.left] = True
        return known
