"""Where the breast is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

WORK_EDGE_PX = 512
HISTOGRAM_BINS = 256
OPENING_PX = 4


def breast_mask(pixels: NDArray[np.uint16]) -> NDArray[np.bool_]:
    """Return where the breast is: the largest bright region, without labels, tape and text beside it.

    Works on a copy of at most 512 px: the skin line is found to about one pixel of that copy.

    Args:
        pixels: canonical uint16 (rows, columns).

    Returns:
        bool (rows, columns); all false when nothing stands out.
    """
    if pixels.min() == pixels.max():
        return np.zeros(pixels.shape, dtype=np.bool_)
    step = max(-(-max(pixels.shape) // WORK_EDGE_PX), 1)
    small = _block_mean(pixels, step)
    smooth = ndimage.gaussian_filter(small, 1.0, mode="nearest")
    bright = smooth > _air_threshold(smooth)
    # Pad with the nearest values, so that opening does not eat the breast where it touches the picture's edge.
    padded = np.pad(bright, OPENING_PX * 2, mode="edge")
    opened = ndimage.binary_opening(padded, _disc(OPENING_PX))
    inner = opened[OPENING_PX * 2 : -OPENING_PX * 2, OPENING_PX * 2 : -OPENING_PX * 2]
    region = ndimage.binary_fill_holes(_largest(inner))
    full = np.repeat(np.repeat(region, step, axis=0), step, axis=1)
    return np.asarray(full[: pixels.shape[0], : pixels.shape[1]], dtype=np.bool_)


def filled_to_wall(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the mask with everything between the chest wall and the skin in it, dark fat included.

    Args:
        mask: where the breast is, chest wall at the left.
    """
    columns = np.flatnonzero(mask.any(axis=0))
    if columns.size == 0:
        return mask
    skin: NDArray[np.intp] = mask.shape[1] - np.argmax(mask[:, ::-1], axis=1)  # one past the last true column
    across = np.arange(mask.shape[1])
    inside = (across >= columns[0]) & (across < skin[:, None])
    return np.asarray(inside & mask.any(axis=1, keepdims=True), dtype=np.bool_)


def _block_mean(pixels: NDArray[np.uint16], step: int) -> NDArray[np.float32]:
    rows, columns = pixels.shape
    padded = np.pad(pixels, ((0, -rows % step), (0, -columns % step)), mode="edge")
    blocks = padded.reshape(padded.shape[0] // step, step, padded.shape[1] // step, step)
    return blocks.mean(axis=(1, 3), dtype=np.float32)


def _air_threshold(values: NDArray[np.float32]) -> float:
    """Return the value above which a pixel is no longer air.

    Square roots widen the dark end, where the skin lies, so that Otsu's cut falls between air and fat and not
    between fat and gland. The cut is then lowered towards the air's own level.
    """
    roots = np.sqrt(values)
    counts, edges = np.histogram(roots, HISTOGRAM_BINS)
    middles = (edges[:-1] + edges[1:]) / 2
    weight = np.cumsum(counts)
    total = weight[-1]
    mean = np.cumsum(counts * middles)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = (mean[-1] * weight / total - mean) ** 2 / (weight * (total - weight))
    cut = float(middles[int(np.nanargmax(np.where(np.isfinite(between), between, 0.0)))])
    air = roots[roots <= cut]
    level = float(np.median(air)) if air.size else 0.0
    return float((level + 0.45 * (cut - level)) ** 2)


def _disc(radius: int) -> NDArray[np.bool_]:
    y, x = np.ogrid[-radius : radius + 1, -radius : radius + 1]
    return np.asarray(x * x + y * y <= radius * radius, dtype=np.bool_)


def _largest(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    labels, count = ndimage.label(mask)
    if count == 0:
        return mask
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    return np.asarray(labels == int(np.argmax(sizes)), dtype=np.bool_)
