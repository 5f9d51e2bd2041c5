"""Which part of the canvas is worth drawing: the breast of the coarser image, dilated.

Ours; the paper says nothing of it. Exact where the output is defined as background. The margin keeps the skin
line, and training draws its patch centers from the same dilated mask, so no patch meets an unseen place.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from mambo_engine.cascade.grid import Grid, Patch
from mambo_engine.config import IntensityConfig

THRESHOLD = 0.06
"""Share of the range of network values above background that counts as breast."""

MARGIN = 0.03
"""Dilation as a share of the image side."""


def drawn_mask(coarse: NDArray[np.float32], intensity: IntensityConfig) -> NDArray[np.bool_]:
    """Dilated breast mask (H, W) of a coarser image in network values."""
    smooth = ndimage.uniform_filter(coarse, size=max(1, round(coarse.shape[0] / 64)))
    breast = smooth > intensity.level(THRESHOLD)
    labeled, count = ndimage.label(breast)
    if count == 0:
        return np.zeros(coarse.shape, dtype=bool)
    sizes = np.bincount(labeled.ravel())[1:]
    largest = labeled == int(np.argmax(sizes)) + 1
    reach = max(2, round(coarse.shape[0] * MARGIN))
    distance = ndimage.distance_transform_edt(~largest)
    return np.asarray(distance <= reach, dtype=bool)


def is_drawn(mask: NDArray[np.bool_], grid: Grid, patch: Patch) -> bool:
    """Whether the box of ``patch`` holds a pixel of ``mask``, which may be coarser than the canvas."""
    factor = mask.shape[0] / grid.canvas
    top, left = int(patch.top * factor), int(patch.left * factor)
    bottom = int(np.ceil((patch.top + grid.patch_size) * factor))
    right = int(np.ceil((patch.left + grid.patch_size) * factor))
    return bool(mask[top:bottom, left:right].any())
