"""What a picture shows beside its anatomy: corners, frame, background, value comb, spectrum, seams, blocks.

All take a study's copy: uint16 (rows, columns), background 0.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Picture = NDArray[np.uint16]
CORNER_PX = 16
EDGE_PX = 4
COMB_PERIODS = ((2, 4), (4, 8), (8, 16), (16, 48))  # in values of the histogram
BANDS = 6
SEAM_LAGS = (96, 320)  # px; a generator's 256 grid at the scales that a study's canvas gives it
BLOCK_PERIODS = (4, 33)  # px; JPEG's 8 at the same scales


def corners(picture: Picture) -> list[float]:
    """Return mean and maximum of the four corner patches."""
    size = CORNER_PX
    patches = (picture[:size, :size], picture[:size, -size:], picture[-size:, :size], picture[-size:, -size:])
    return [float(value) for patch in patches for value in (patch.mean(), patch.max())]


def frame(picture: Picture) -> list[float]:
    """Return mean and share above zero of the outermost rows and of the column away from the chest wall."""
    edges = (picture[0], picture[-1], picture[:, -1])
    return [float(value) for edge in edges for value in (edge.mean(), (edge > 0).mean())]


def background(picture: Picture) -> list[float]:
    """Return the number and area of spots outside the breast, and the area of holes within it."""
    labels, count = ndimage.label(picture > 0)
    sizes = np.bincount(labels.ravel())[1:] if count else np.zeros(1, np.intp)
    breast = labels == (int(sizes.argmax()) + 1)
    holes = int(ndimage.binary_fill_holes(breast).sum() - breast.sum())
    return [float(max(count - 1, 0)), float(sizes.sum() - sizes.max()), float(holes)]


def side(picture: Picture) -> list[float]:
    """Return on which side the breast lies: -1 left, 1 right, 0 neither."""
    half = picture.shape[1] // 2
    left, right = int((picture[:, :half] > 0).sum()), int((picture[:, half:] > 0).sum())
    return [float(np.sign(right - left))]


def value_comb(picture: Picture) -> list[float]:
    """Return how strongly the histogram repeats at short periods, its unused values, and its clipped ends.

    A source of fewer values than the copy leaves a comb: peaks in the histogram's spectrum.
    """
    values = picture[picture > 0]
    if values.size == 0:
        return [0.0] * (len(COMB_PERIODS) + 2)
    low, high = np.percentile(values, (5, 95))
    counts = np.bincount(values, minlength=4096)[int(low) : int(high) + 1].astype(np.float64)
    smooth = ndimage.uniform_filter1d(counts, 65, mode="nearest")
    ripple = (counts - smooth) / np.sqrt(np.maximum(smooth, 1.0))
    power = np.abs(np.fft.rfft(ripple)) ** 2
    period = counts.size / np.maximum(np.arange(power.size), 1)
    middle = float(np.median(power[1:])) if power.size > 1 else 0.0
    peaks = [_peak(power, (period >= a) & (period < b), middle) for a, b in COMB_PERIODS]
    ends = float(((values <= 1) | (values >= 4095)).mean())
    return [*peaks, float((counts == 0).mean()), ends]


def spectrum(picture: Picture) -> list[float]:
    """Return the log power of six bands of spatial frequency in a square of the breast: a cue of texture."""
    patch = _inner_square(picture)
    window = np.outer(np.hanning(patch.shape[0]), np.hanning(patch.shape[1]))
    power = np.abs(np.fft.fft2((patch - patch.mean()) * window)) ** 2
    radius = np.hypot(*np.meshgrid(np.fft.fftfreq(patch.shape[0]), np.fft.fftfreq(patch.shape[1]), indexing="ij"))
    edges = np.geomspace(0.01, 0.5, BANDS + 1)
    bands = [power[(radius >= a) & (radius < b)] for a, b in itertools.pairwise(edges)]
    return [float(np.log10(band.mean() + 1.0)) if band.size else 0.0 for band in bands]


def seams(picture: Picture) -> list[float]:
    """Return the strongest repeat of row and column edges at the lags of a generator's grid."""
    return [value for axis in (0, 1) for value in _repeats(picture, axis, SEAM_LAGS)]


def blocks(picture: Picture) -> list[float]:
    """Return the strongest short period of row and column edges: what JPEG blocks leave."""
    found = []
    for axis in (0, 1):
        power = np.abs(np.fft.rfft(_edge_profile(picture, axis))) ** 2
        period = (2 * power.size) / np.maximum(np.arange(power.size), 1)
        inside = (period >= BLOCK_PERIODS[0]) & (period < BLOCK_PERIODS[1])
        found.append(_peak(power, inside, float(np.median(power[inside])) if inside.any() else 0.0))
    return found


def _peak(power: NDArray[np.float64], inside: NDArray[np.bool_], middle: float) -> float:
    return float(np.log1p(power[inside].max() / middle)) if inside.any() and middle > 0 else 0.0


def _inner_square(picture: Picture) -> NDArray[np.float64]:
    """Return the largest square of the breast around its deepest point, 16 to 256 px wide."""
    depth = ndimage.distance_transform_edt(np.pad(picture > 0, 1))[1:-1, 1:-1]
    row, column = np.unravel_index(int(depth.argmax()), depth.shape)
    half = int(np.clip(depth.max() / np.sqrt(2), 8, 128))
    top = int(np.clip(row - half, 0, max(picture.shape[0] - 2 * half, 0)))
    left = int(np.clip(column - half, 0, max(picture.shape[1] - 2 * half, 0)))
    return picture[top : top + 2 * half, left : left + 2 * half].astype(np.float64)


def _edge_profile(picture: Picture, axis: int) -> NDArray[np.float64]:
    """Return the mean strength of steps along an axis, without its slow course."""
    steps = np.abs(np.diff(picture.astype(np.float64), n=2, axis=axis))
    breast = ndimage.binary_erosion(picture > 0, iterations=EDGE_PX)  # its own edge is a step too
    inside = (breast[1:-1] if axis == 0 else breast[:, 1:-1]).astype(np.float64)
    count = inside.sum(axis=1 - axis)
    profile = np.where(count >= count.max() / 4, (steps * inside).sum(axis=1 - axis) / np.maximum(count, 1.0), 0.0)
    profile = np.where(profile > 0, profile, np.median(profile[profile > 0]) if (profile > 0).any() else 0.0)
    return np.asarray(profile - ndimage.uniform_filter1d(profile, 33, mode="nearest"), dtype=np.float64)


def _repeats(picture: Picture, axis: int, lags: tuple[int, int]) -> list[float]:
    profile = _edge_profile(picture, axis)
    spread = float((profile**2).sum())
    full = np.correlate(profile, profile, mode="full")[profile.size - 1 :]
    inside = full[lags[0] : min(lags[1], profile.size)]
    return [float(inside.max() / spread)] if inside.size and spread > 0 else [0.0]
