"""Windows: from values to gray. Source: DICOM PS3.3 C.11.2.1."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from webapp.imaging.ingest.source import LookupTable, Window

PERCENTILES = (1.0, 99.0)
EDGE = 0.02  # a table's useful part: where its level leaves 2 % and reaches 98 %


def window_gray(values: ArrayLike, window: Window) -> NDArray[np.float64]:
    """Return gray from 0 (black) to 1 (white) for canonical values under a window."""
    x = np.asarray(values, dtype=np.float64)
    center, width = window.center, window.width
    if window.function == "SIGMOID":
        return np.asarray(1.0 / (1.0 + np.exp(np.clip(-4.0 * (x - center) / width, -700.0, 700.0))))
    if window.function == "LINEAR_EXACT":
        return np.clip((x - center) / width + 0.5, 0.0, 1.0)
    if width == 1:  # a step: the formula below would divide by 0
        return np.asarray(x > center - 0.5, dtype=np.float64)
    return np.clip((x - (center - 0.5)) / (width - 1.0) + 0.5, 0.0, 1.0)


def table_gray(values: ArrayLike, table: LookupTable) -> NDArray[np.float64]:
    """Return gray from 0 to 1 for canonical values under a VOI table."""
    levels = np.asarray(table.levels, dtype=np.float64) / ((1 << table.bits) - 1)
    index = np.clip(np.asarray(values, dtype=np.int64) - table.first, 0, len(levels) - 1)
    return np.clip(levels[index], 0.0, 1.0)


def percentile_window(pixels: NDArray[np.uint16], mask: NDArray[np.bool_] | None = None) -> Window:
    """Return the linear window from the 1st to the 99th percentile inside the breast.

    Args:
        pixels: uint16 (rows, columns).
        mask: where the breast is; everything above air when it is absent or empty.
    """
    found = pixels > 0
    inside = pixels[found & mask] if mask is not None and mask.any() else pixels[found]
    if inside.size == 0:
        return Window(0.5, 2.0)
    low, high = (float(value) for value in np.percentile(inside, PERCENTILES))
    return Window(round((low + high) / 2, 1), max(round(high - low, 1), 2.0))


def table_window(table: LookupTable) -> Window:
    """Return the linear window that comes nearest to a rising table, for viewers that know windows only."""
    levels = np.asarray(table.levels, dtype=np.float64)
    span = levels.max() - levels.min()
    if span <= 0:
        return Window(table.first + 0.5, 2.0)
    share = (levels - levels.min()) / span
    low = table.first + int(np.argmax(share > EDGE))
    high = table.first + int(np.argmax(share >= 1 - EDGE))
    return Window((low + high) / 2, max(float(high - low), 2.0))
