"""Breast masks: find, dilate, erode.

The dilated mask serves training centres and the skipping of background patches; the eroded one
serves anomaly segmentation, where changes along the skin mean nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from mambo_engine.errors import DataError

Mask = NDArray[np.bool_]
BLUR_KERNEL = 1 / 50
OTSU_FACTOR = 0.175
DILATION = 1 / 200
STRIP = 1 / 50
EROSION = 20
HISTOGRAM_BINS = 256


def otsu_threshold(image: NDArray[np.floating]) -> float:
    """Return the value that best splits an image into two classes.

    Args:
        image: Array of any shape.

    Raises:
        DataError: When all values are equal.

    Source: Otsu, IEEE Trans SMC 9 (1979) 62.
    """
    counts, edges = np.histogram(image, bins=HISTOGRAM_BINS)
    if edges[-1] - edges[0] <= 0 or counts.max() == image.size:
        raise DataError(f"expected an image with a breast, got one value ({float(image.flat[0]):g}) everywhere")
    centers = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)
    above = counts.sum() - below
    sums = np.cumsum(counts * centers)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    # Ties over an empty gap of the histogram: the middle of the gap.
    best = np.flatnonzero(np.isclose(between, np.nanmax(between), rtol=1e-12))
    return float(edges[1:][best].mean())


def breast_mask(
    image: NDArray[np.floating], *, blur_kernel: float = BLUR_KERNEL, otsu_factor: float = OTSU_FACTOR
) -> Mask:
    """Find the breast: blur, threshold at a share of Otsu's value, largest blob, holes filled.

    Strips thinner than 1/50 of the longer side, as along the edges of digitised film, do not count as breast.

    Args:
        image: (rows, columns), air dark.
        blur_kernel: Width of the Gaussian kernel as a share of the longer side.
        otsu_factor: Share of Otsu's threshold of the blurred image, counted from its darkest value.

    Returns:
        (rows, columns) mask.

    Raises:
        DataError: When the image is not 2-D or has one value everywhere.

    Source: paper sec. 9; leaving out strips is ours. The kernel's standard deviation follows from its width as
    in OpenCV.
    """
    if image.ndim != 2:
        raise DataError(f"expected an image of rows and columns, got shape {image.shape}")
    kernel = max(3.0, blur_kernel * max(image.shape))
    sigma = 0.3 * ((kernel - 1) * 0.5 - 1) + 0.8
    blurred = ndimage.gaussian_filter(image.astype(np.float32), sigma, mode="nearest", truncate=3.0)
    darkest = float(blurred.min())
    found = blurred > darkest + otsu_factor * (otsu_threshold(blurred) - darkest)
    mask: Mask = ndimage.binary_fill_holes(_largest_blob(_without_strips(found)))
    return mask


def filled_to_chest_wall(mask: Mask) -> Mask:
    """Fill holes that are open to the chest wall alone: fat that is as dark as air.

    Args:
        mask: (rows, columns), the chest wall in the first column.
    """
    rows = np.flatnonzero(mask[:, 0])
    if len(rows) == 0:
        return mask.copy()
    closed = np.pad(mask, ((0, 0), (1, 0)))
    closed[rows[0] : rows[-1] + 1, 0] = True
    filled: Mask = ndimage.binary_fill_holes(closed)[:, 1:]
    return filled


def dilate_mask(mask: Mask, *, radius: float | None = None) -> Mask:
    """Grow a mask by a disc.

    Args:
        mask: (rows, columns).
        radius: In pixels; default 1/200 of the longer side.
    """
    reach = DILATION * max(mask.shape) if radius is None else radius
    if reach <= 0 or not mask.any():
        return mask.copy()
    grown: Mask = ndimage.distance_transform_edt(~mask) <= reach
    return grown


def erode_mask(mask: Mask, *, kernel: int = EROSION) -> Mask:
    """Shrink a mask by a square; the image border does not count as outside.

    Args:
        mask: (rows, columns).
        kernel: Side of the square in pixels; 20 in the paper, sec. 9.
    """
    shrunk: Mask = ndimage.minimum_filter(mask.astype(np.uint8), size=kernel, mode="nearest") > 0
    return shrunk


def _without_strips(found: Mask) -> Mask:
    """Take away what is thinner than a strip; the outline of the rest stays as it is."""
    kernel = max(1, round(STRIP * max(found.shape)))
    core = ndimage.minimum_filter(found.astype(np.uint8), size=kernel, mode="nearest")
    near = ndimage.maximum_filter(core, size=2 * kernel, mode="nearest") > 0
    kept: Mask = found & near
    return kept if kept.any() else found


def _largest_blob(found: Mask) -> Mask:
    """Keep the largest connected part."""
    labels, count = ndimage.label(found)
    if count <= 1:
        return found
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    largest: Mask = labels == int(np.argmax(sizes))
    return largest
