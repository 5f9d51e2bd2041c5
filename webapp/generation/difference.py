"""Where two pictures differ, as a map for people: orange is denser, blue is less dense, black the same."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Raster

from webapp.core.errors import DomainError

FULL_SHARE = 0.15
"""Difference, as a share of the whole range, that is shown in full color."""

DENSER = np.array([255.0, 150.0, 40.0])
LESS_DENSE = np.array([70.0, 150.0, 255.0])


def difference_png(of: NDArray[np.uint16], against: NDArray[np.uint16], *, bits: int) -> bytes:
    """Return the map of `of` minus `against` as an 8-bit color PNG of the same size.

    Args:
        of: stored values (rows, columns).
        against: stored values of the same shape.
        bits: bits that both use.

    Raises:
        DomainError: the pictures differ in size.
    """
    if of.shape != against.shape:
        raise DomainError(f"The pictures differ in size: {of.shape} and {against.shape}.", field="against")
    change = (of.astype(np.float64) - against) / (FULL_SHARE * ((1 << bits) - 1))
    strength = np.clip(np.abs(change), 0.0, 1.0)[..., None]
    colors = np.where((change > 0)[..., None], DENSER, LESS_DENSE) * strength
    out = io.BytesIO()
    Raster.fromarray(np.rint(colors).astype(np.uint8)).save(out, format="PNG")
    return out.getvalue()
