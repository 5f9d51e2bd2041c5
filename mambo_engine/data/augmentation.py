"""Augmented copies of a mammogram: parameters drawn from a seed first, then applied.

The map keeps the chest wall (column 0) a straight edge: rows are scaled, sheared along the columns and shifted,
columns are scaled. A rotation would leave a black wedge at the wall, which no mammogram has.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Image = NDArray[np.float32]
SCALE = 0.1
SHEAR = 0.12
SHIFT = 0.05
GAMMA = 0.12


@dataclass(frozen=True)
class Augmentation:
    """One set of parameters; the defaults change nothing.

    Attributes:
        row_scale: stretch along the chest wall, about 1.
        column_scale: stretch away from the chest wall, about 1.
        shear: rows moved for each column, px per px.
        shift: rows moved, as a share of the side.
        mirrored: turned upside down; only craniocaudal views look the same then.
        gamma: exponent of the values 0..1, about 1.
    """

    row_scale: float = 1.0
    column_scale: float = 1.0
    shear: float = 0.0
    shift: float = 0.0
    mirrored: bool = False
    gamma: float = 1.0

    def apply(self, image: Image) -> Image:
        """Map an image (side, side) of values 0..1, chest wall left, air 0; the result is like it."""
        source = image[::-1] if self.mirrored else image
        if self != Augmentation(mirrored=self.mirrored, gamma=self.gamma):
            source = self._moved(np.asarray(source))
        return np.asarray(np.clip(source, 0.0, 1.0) ** np.float32(self.gamma), dtype=np.float32)

    def _moved(self, image: Image) -> Image:
        side = image.shape[0]
        matrix = np.array(((1 / self.row_scale, -self.shear), (0.0, 1 / self.column_scale)))
        middle = np.array((side / 2, 0.0))
        offset = middle - matrix @ (middle + np.array((self.shift * side, 0.0)))
        # Oblique views are cut off at the top: mirroring continues the muscle, black would slant its edge.
        moved: Image = ndimage.affine_transform(image, matrix, offset, order=3, mode="reflect")
        # A cubic spline rings by a trace beside bright edges; air is exactly 0.
        return np.where(moved > 0.5 / 255, moved, np.float32(0))


def draw_augmentation(generator: np.random.Generator, *, view: str | None) -> Augmentation:
    """Draw parameters; `view` is the view position, and only CC may be mirrored."""

    def around(spread: float) -> float:
        return float(generator.uniform(-spread, spread))

    return Augmentation(
        row_scale=1.0 + around(SCALE),
        column_scale=1.0 + around(SCALE),
        shear=around(SHEAR),
        shift=around(SHIFT),
        mirrored=bool(generator.random() < 0.5) and view == "CC",
        gamma=float(np.exp(around(GAMMA))),
    )
