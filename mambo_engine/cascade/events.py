"""What a caller is told while an image is drawn, and how it asks to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mambo_engine.cascade.grid import Box


@dataclass(frozen=True)
class PatchEvent:
    """One finished patch.

    Attributes:
        stage: global, local or patch.
        wave: number of its wave, from 0.
        waves: waves of the stage.
        done: patches finished in this stage, this one included.
        total: patches that this stage draws; skipped ones do not count.
        row: row of the patch in the grid.
        column: column of the patch in the grid.
        box: its square on the stage's canvas, px.
        pixels: float32 (s, s), linear scale 0..1; overlaps are bit-equal to the neighbors'.
        image: number of the image when several are drawn together.
    """

    stage: str
    wave: int
    waves: int
    done: int
    total: int
    row: int
    column: int
    box: Box
    pixels: NDArray[np.float32]
    image: int = 0


OnPatch = Callable[[PatchEvent], None]
ShouldStop = Callable[[], bool]
