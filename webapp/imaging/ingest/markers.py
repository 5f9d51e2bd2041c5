"""Letters, markers and labels beside the breast: taken out, since a name may stand there.

What lies on the breast or touches it stays: no rule tells a letter there from a calcification.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

WORK_EDGE_PX = 1024
NOISE = 8.0  # standard deviations of the air's own noise above which something stands in it
FAINT = 0.08  # of the breast's median: what is fainter is scatter or fog, not a letter
NEAR_PX = 3  # of the working copy: what begins closer to the breast counts as breast
ROUND_PX = 3  # of the working copy: taken out around a marker, for its soft edge
PLATE_PX = 8  # of the working copy: plates are looked for only this far from the breast
WHITE = 0.9  # of the breast's 99th percentile
MIN_PLATE_PX = 4  # of the working copy: smaller is a speck
TISSUE = 0.1  # of the breast's area: a piece as large as this at the picture's edge may be muscle, and stays


def without_markers(pixels: NDArray[np.uint16], mask: NDArray[np.bool_]) -> tuple[NDArray[np.uint16], float]:
    """Return the picture with air where letters and markers stood, and the share of it that was replaced.

    Args:
        pixels: canonical uint16 (rows, columns).
        mask: where the breast is, same shape.
    """
    step = max(-(-max(pixels.shape) // WORK_EDGE_PX), 1)
    brightest = _blocks(pixels, step).astype(np.float64)
    breast = _blocks(mask, step).astype(np.bool_)
    air = brightest[~ndimage.binary_dilation(breast, iterations=NEAR_PX)]
    if air.size == 0 or not breast.any():
        return pixels, 0.0
    level = float(np.median(air))
    noise = 1.4826 * float(np.median(np.abs(air - level)))
    found = brightest > level + max(NOISE * noise, FAINT * float(np.median(brightest[breast])), 1.0)
    marks = _beside(found | breast, breast) | _plates(brightest, breast)
    if not marks.any():
        return pixels, 0.0
    marks = ndimage.binary_dilation(marks, iterations=ROUND_PX) & ~breast
    full = np.repeat(np.repeat(marks, step, axis=0), step, axis=1)[: pixels.shape[0], : pixels.shape[1]]
    cleaned = pixels.copy()
    # The air's own typical value, not 0: on film a black box would be a mark of its own.
    outside = ~np.repeat(np.repeat(marks | breast, step, axis=0), step, axis=1)
    rest = pixels[outside[: pixels.shape[0], : pixels.shape[1]]]
    cleaned[full] = int(np.median(rest)) if rest.size else 0
    return cleaned, float(full.mean())


def _beside(found: NDArray[np.bool_], breast: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pieces that neither touch the breast nor may be tissue of their own."""
    labels, count = ndimage.label(found, structure=np.ones((3, 3), bool))
    near = np.unique(labels[ndimage.binary_dilation(breast, iterations=NEAR_PX)])
    edge = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    sizes = np.bincount(labels.ravel(), minlength=count + 1)
    large = np.intersect1d(edge, np.flatnonzero(sizes > TISSUE * breast.sum()))
    kept = np.union1d(near, large)
    return np.asarray(found & ~np.isin(labels, kept), dtype=np.bool_)


def _plates(brightest: NDArray[np.float64], breast: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the boxes of what is as white as the breast's whitest: on film, fog joins labels to the breast."""
    away = ~ndimage.binary_dilation(breast, iterations=PLATE_PX)
    labels, _ = ndimage.label(away & (brightest > WHITE * float(np.percentile(brightest[breast], 99))))
    marks = np.zeros_like(breast)
    for label, box in enumerate(ndimage.find_objects(labels), start=1):
        size = int((labels[box] == label).sum())
        if MIN_PLATE_PX <= size <= TISSUE * breast.sum():
            marks[box] = True  # the box, since letters may be dark on the plate
    return marks & away


def _blocks(picture: NDArray[Any], step: int) -> NDArray[Any]:
    """Return the largest value of each block: a thin letter must not drown in a mean."""
    rows, columns = picture.shape
    padded = np.pad(picture, ((0, -rows % step), (0, -columns % step)), mode="edge")
    return padded.reshape(padded.shape[0] // step, step, padded.shape[1] // step, step).max(axis=(1, 3))
