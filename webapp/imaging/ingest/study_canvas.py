"""A study's own copy of a picture: the same path for every arm.

What could tell arms apart without looking at the breast is made equal: size of the canvas and of the breast
on it, side, everything outside the breast (exactly 0), the breast's edge, sharpness, value range, quantization.

Sharpness: a mammogram of 3000 rows and a generated picture of 512 must not differ by their finest detail. Every
picture passes the same low-pass (`BLUR_PX` on the canvas, of which the source pixel's own aperture is taken
off) and the same cubic sampling, also where the scale happens to be 1. On the default canvas of 1024 × 832 this
matches sources whose breast is at least about 400 px high; `canvas_scale` tells when one is coarser. A study of
finer pictures takes a larger canvas.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from webapp.imaging.ingest.breast import filled_to_wall
from webapp.imaging.ingest.source import Window

CANVAS_ROWS = 1024
CANVAS_COLUMNS = 832
MARGIN = 1 / 32  # of the canvas' rows: free above, below and in front of the breast
SHIFT_PX = 8.0  # the breast lies up to this much higher or lower, so that no seam keeps its place
BLUR_PX = 1.6  # standard deviation of the common point spread, canvas px
WALL_TRIM = 0.015  # of the breast's width: cut off at the chest wall, where pictures of some sources end darkly
EDGE_PX = 3.0  # standard deviation of the mask's soft edge, canvas px
COARSE = 2.5  # canvas px per source px above which the common sharpness can't be reached
LOW, HIGH = 800.0, 3300.0  # where the 2nd and 98th percentile of the inner breast come to lie, of 4095
INNER_PX = 32  # how far from the edge the inner breast begins: the skin's roll-off must not set the contrast
PERCENTILES = (2.0, 98.0)
DITHER = 16.0  # half width of the triangular dither: one 8-bit step of a 12-bit range
TOP = 4095


def study_window() -> Window:
    """Return the one window that a study's copies are shown with first."""
    return Window(2048.0, 3600.0)


def canvas_scale(mask: NDArray[np.bool_], rows: int, columns: int) -> float:
    """Return canvas px per source px for a breast on a canvas.

    Raises:
        ValueError: when the mask is empty.
    """
    top, bottom, left, right = _box(mask)
    margin = MARGIN * rows
    return float(min((rows - 2 * (margin + SHIFT_PX)) / (bottom - top), (columns - margin) / (right - left)))


def study_canvas(
    pixels: NDArray[np.uint16], mask: NDArray[np.bool_], rows: int, columns: int, seed: int
) -> NDArray[np.uint16]:
    """Return the study's copy of a picture.

    Args:
        pixels: canonical uint16, any size and depth, chest wall at the left.
        mask: where the breast is, same shape.
        rows: height of the canvas, px, at least 128.
        columns: width of the canvas, px, at least 128.
        seed: of the dither and the shift.

    Returns:
        uint16 (rows, columns), 12 bits; outside the breast exactly 0.

    Raises:
        ValueError: when there is no breast in the mask, or the canvas is too small.
    """
    if rows < 128 or columns < 128:
        raise ValueError(f"expected a canvas of at least 128 × 128 px, got {rows} × {columns}")
    if mask.shape != pixels.shape:
        raise ValueError(f"expected a mask of {pixels.shape}, got {mask.shape}")
    mask = _trimmed(filled_to_wall(mask))
    random = np.random.default_rng(seed)
    scale = canvas_scale(mask, rows, columns)
    shift = float(random.uniform(-SHIFT_PX, SHIFT_PX))
    values = _sampled(_filled(pixels, mask), mask, scale, (rows, columns), shift)
    alpha = _soft_mask(mask, scale, (rows, columns), shift)
    low, high = np.percentile(values[_inner(alpha)], PERCENTILES)
    values = LOW + (values - low) * ((HIGH - LOW) / max(high - low, 1e-6))
    values += random.triangular(-DITHER, 0.0, DITHER, size=values.shape)
    shown = np.clip(np.rint(np.clip(values, 1, TOP) * alpha), 0, TOP)
    return np.where(alpha > 0, shown, 0).astype(np.uint16)


def _box(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if rows.size == 0:
        raise ValueError("no breast can be found")
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def _trimmed(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the mask without its first columns."""
    _, _, left, right = _box(mask)
    trimmed = mask.copy()
    trimmed[:, : left + max(round((right - left) * WALL_TRIM), 2)] = False
    return trimmed


def _inner(alpha: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return the breast without its rim; the chest wall at the left is no rim."""
    inside = alpha > 0.5
    padded = np.pad(inside, ((1, 1), (INNER_PX + 1, 1)), mode="edge")
    inner = (ndimage.distance_transform_edt(padded) > INNER_PX)[1:-1, INNER_PX + 1 : -1]
    found = inner if inner.any() else inside
    if not found.any():
        raise ValueError("no breast can be found")
    return np.asarray(found, dtype=np.bool_)


def _filled(pixels: NDArray[np.uint16], mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the picture with the outside filled by the nearest breast value: blurring then leaks no air."""
    top, bottom, left, right = _box(mask)
    area = np.s_[top:bottom, left:right]
    nearest = ndimage.distance_transform_edt(~mask[area], return_distances=False, return_indices=True)
    return np.asarray(pixels[area], dtype=np.float32)[tuple(nearest)]


def _sampled(
    crop: NDArray[np.float32],
    mask: NDArray[np.bool_],
    scale: float,
    shape: tuple[int, int],
    shift: float,
) -> NDArray[np.float64]:
    """Blur to the common point spread and sample with the one cubic kernel."""
    aperture = 1 / 12  # variance of a pixel's own square aperture
    sigma = float(np.sqrt(max((BLUR_PX / scale) ** 2 - aperture, 0.01)))
    smooth = ndimage.gaussian_filter(crop, sigma, mode="nearest")
    return np.asarray(_resample(smooth, scale, shape, shift, order=3), dtype=np.float64)


def _soft_mask(mask: NDArray[np.bool_], scale: float, shape: tuple[int, int], shift: float) -> NDArray[np.float64]:
    """Return 0 outside to 1 inside, with an edge of the same width on every canvas."""
    top, bottom, left, right = _box(mask)
    hard = mask[top:bottom, left:right].astype(np.float32)
    # Beyond the picture's left edge the chest goes on: the edge stays hard there.
    sampled = _resample(hard, scale, shape, shift, order=1, outside=0.0)
    soft = ndimage.gaussian_filter(sampled, EDGE_PX, mode=("constant", "nearest"))
    ramp = np.clip((soft - 0.5) * 2, 0.0, 1.0)
    return np.asarray(ramp * ramp * (3 - 2 * ramp), dtype=np.float64)


def _resample(
    crop: NDArray[np.float32],
    scale: float,
    shape: tuple[int, int],
    shift: float,
    *,
    order: int,
    outside: float | None = None,
) -> NDArray[np.float32]:
    """Sample a crop so that its left edge meets the canvas' left edge and its middle the canvas' middle."""
    middle = (shape[0] - 1) / 2 + shift
    rows = (np.arange(shape[0]) - middle) / scale + (crop.shape[0] - 1) / 2
    # Not before the crop's first column: a soft mask would darken the wall there, in enlarged pictures only.
    columns = np.maximum((np.arange(shape[1]) + 0.5) / scale - 0.5, 0.0)
    grid = np.meshgrid(rows, columns, indexing="ij")
    mode, fill = ("nearest", 0.0) if outside is None else ("grid-constant", outside)
    return np.asarray(ndimage.map_coordinates(crop, grid, order=order, mode=mode, cval=fill), dtype=np.float32)
