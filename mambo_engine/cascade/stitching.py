"""The canvas of one stage: which pixels a patch finds there, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mambo_engine.cascade.background import is_drawn
from mambo_engine.cascade.grid import Grid, Patch
from mambo_engine.data.intensity import BACKGROUND


@dataclass
class StageCanvas:
    """The image that a stage fills, patch by patch; the first writer owns a pixel.

    Attributes:
        grid: positions of the patches.
        mask: where there is something to draw, at any resolution; None draws everywhere.
        pixels: network values (N, N); background until a patch is written.
    """

    grid: Grid
    mask: NDArray[np.bool_] | None = None
    pixels: NDArray[np.float32] = field(init=False)

    def __post_init__(self) -> None:
        """Fill the canvas with background."""
        self.pixels = np.full((self.grid.canvas, self.grid.canvas), BACKGROUND, dtype=np.float32)

    def wants(self, patch: Patch) -> bool:
        """Whether the patch is drawn at all; a skipped one is background and counts as known."""
        return self.mask is None or is_drawn(self.mask, self.grid, patch)

    def region(self, patch: Patch) -> NDArray[np.float32]:
        """View of the patch's pixels (s, s) on the canvas."""
        s = self.grid.patch_size
        return self.pixels[patch.top : patch.top + s, patch.left : patch.left + s]

    def write(self, patch: Patch, values: NDArray[np.float32]) -> None:
        """Write the pixels of `patch` that no earlier patch owns."""
        free = ~self.grid.known(patch)
        self.region(patch)[free] = values[free]
