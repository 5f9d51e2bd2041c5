"""The canvas of one stage: which pixels a patch finds there, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mambo_engine.cascade.background import is_drawn
from mambo_engine.cascade.grid import Grid, Patch


@dataclass(frozen=True, eq=False)
class Underway:
    """Where a joint walk over the whole canvas stands.

    Attributes:
        step: steps done, at least 1.
        x_t: noised network values (N, N) at the timestep after them.
        x_0: estimate (N, N) of the last of them.
    """

    step: int
    x_t: NDArray[np.float32]
    x_0: NDArray[np.float32]


@dataclass
class StageCanvas:
    """The image that a stage fills, patch by patch; the first writer owns a pixel.

    Attributes:
        grid: positions of the patches.
        mask: where there is something to draw, at any resolution; None draws everywhere.
        background: network value of air.
        pixels: network values (N, N); background until a patch is written.
        wanted: (rows, columns) of the grid: patches that are drawn; a skipped one is background and counts as
            known.
        done: (rows, columns) of the grid: patches that are written.
        underway: where a joint walk stands; None before, after, and when patches are drawn one after the other.
    """

    grid: Grid
    mask: NDArray[np.bool_] | None = None
    background: float = -1.0
    pixels: NDArray[np.float32] = field(init=False)
    wanted: NDArray[np.bool_] = field(init=False)
    done: NDArray[np.bool_] = field(init=False)
    underway: Underway | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Fill the canvas with background."""
        side, cells = self.grid.canvas, (len(self.grid.positions),) * 2
        self.pixels = np.full((side, side), self.background, dtype=np.float32)
        self.done = np.zeros(cells, dtype=bool)
        self.wanted = np.ones(cells, dtype=bool)
        if self.mask is not None:
            for patch in self.grid.raster():
                self.wanted[patch.row, patch.column] = is_drawn(self.mask, self.grid, patch)

    def region(self, patch: Patch) -> NDArray[np.float32]:
        """View of the patch's pixels (s, s) on the canvas."""
        s = self.grid.patch_size
        return self.pixels[patch.top : patch.top + s, patch.left : patch.left + s]

    def open(self) -> list[Patch]:
        """Patches that are still to be drawn, in raster order."""
        left = self.wanted & ~self.done
        return [patch for patch in self.grid.raster() if left[patch.row, patch.column]]

    def ready(self, patch: Patch) -> bool:
        """Whether all that `patch` needs is drawn or skipped."""
        there = self.done | ~self.wanted
        return all(there[need.row, need.column] for need in self.grid.needs(patch))

    def write(self, patch: Patch, values: NDArray[np.float32]) -> None:
        """Write the pixels of `patch` that no earlier patch owns."""
        free = ~self.grid.known(patch)
        self.region(patch)[free] = values[free]
        self.done[patch.row, patch.column] = True
