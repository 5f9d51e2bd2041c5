"""Artifacts of one drawn picture: seams, saturation, and a breast of an odd size.

For sorting pictures out before people look at them, not for comparing models: one picture's seam ratio scatters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mambo_engine.cascade.grid import Grid
from mambo_engine.errors import DataError
from mambo_engine.evaluation.seams import seam_ratio
from mambo_engine.evaluation.texture import TISSUE

WHITE = 0.999
"""Linear value from which a pixel counts as saturated."""


@dataclass(frozen=True)
class Artifacts:
    """What one picture shows.

    Attributes:
        seam_ratio: squared steps across the lines where patches meet, against lines beside them; 1 is no seam.
        saturated: share of the tissue's pixels that are white, 0..1.
        breast: share of the picture that is tissue, 0..1.
    """

    seam_ratio: float
    saturated: float
    breast: float


def artifacts(picture: NDArray[np.floating], grid: Grid) -> Artifacts:
    """Measure one picture.

    Args:
        picture: (N, N), linear scale 0..1.
        grid: of the stage that drew it.

    Raises:
        DataError: a picture of another side, or without tissue.
    """
    tissue = picture > TISSUE
    if not tissue.any():
        raise DataError("picture: got no tissue, expected a breast")
    return Artifacts(
        seam_ratio=seam_ratio(np.asarray(picture)[None], grid).ratio,
        saturated=float((picture >= WHITE).sum() / tissue.sum()),
        breast=float(tissue.mean()),
    )
