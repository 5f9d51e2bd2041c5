"""Seams: how much neighboring pixels differ across the lines where patches meet, against lines beside them.

Source: paper sec. 10, fig. 9 (mean squared error of neighboring pixels on stitching boundaries). Ours measures
parallel lines off the seams too: real tissue differs from pixel to pixel as well, so only the ratio says anything.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mambo_engine.cascade.grid import Grid
from mambo_engine.errors import DataError

BESIDE = (-5, -4, -3, 3, 4, 5)
"""Distance in pixels of the lines that a seam is compared with; nearer ones may share its blur."""


@dataclass(frozen=True)
class SeamResult:
    """Squared differences across the seams of a set of images.

    Attributes:
        on_line: mean squared difference of the two pixels across a seam.
        off_line: the same across parallel lines beside the seams.
        lines: seams measured a direction.
    """

    on_line: float
    off_line: float
    lines: int

    @property
    def ratio(self) -> float:
        """`on_line` against `off_line`; 1 is no seam."""
        return self.on_line / self.off_line


def seam_lines(grid: Grid) -> tuple[int, ...]:
    """First pixel after each seam along one axis: where the earlier patch, which owns the overlap, ends."""
    return tuple(position + grid.patch_size for position in grid.positions[:-1])


def seam_ratio(images: NDArray[np.floating], grid: Grid, *, air: float = 0.02) -> SeamResult:
    """Measure the seams of images drawn on `grid`, or real images at the same places.

    Args:
        images: (n, N, N) on the linear scale; pairs with a pixel at or below `air` are left out.
        grid: of the stage that drew them.
        air: linear value up to which a pixel is air.

    Raises:
        DataError: images of another side, or a grid without seams, or no tissue at one.
    """
    stack = np.asarray(images, dtype=np.float64)
    if stack.ndim != 3 or stack.shape[1:] != (grid.canvas, grid.canvas):
        raise DataError(f"images: got shape {stack.shape}, expected (n, {grid.canvas}, {grid.canvas})")
    lines = seam_lines(grid)
    if not lines:
        raise DataError("seams: got a grid of one patch, expected at least two")
    beside = [line + step for line in lines for step in BESIDE if 0 < line + step < grid.canvas]
    beside = [line for line in beside if min(abs(line - seam) for seam in lines) > 1]
    on_line, off_line = (_mean_square(stack, places, air) for places in (lines, tuple(beside)))
    return SeamResult(on_line, off_line, len(lines))


def _mean_square(stack: NDArray[np.float64], lines: tuple[int, ...], air: float) -> float:
    total, count = 0.0, 0
    for images in (stack, stack.swapaxes(1, 2)):
        for line in lines:
            before, after = images[:, :, line - 1], images[:, :, line]
            tissue = (before > air) & (after > air)
            total += float(((after - before)[tissue] ** 2).sum())
            count += int(tissue.sum())
    if not count:
        raise DataError("seams: got no tissue at any line, expected a breast")
    return total / count
