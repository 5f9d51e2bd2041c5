"""Sixteen figures of texture of a crop, without a trained network.

They tell two sets of pictures apart by brightness, contrast, sharpness and direction. They are not comparable with
published Fréchet distances, which stand on Inception.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from mambo_engine.errors import DataError

TISSUE = 0.02
"""Linear scale: above it a pixel is not air."""

OCTAVES = (0.5, 1.0, 2.0, 4.0, 8.0)
FIGURES = 16


def breast_crops(images: Sequence[NDArray[np.floating]], side: int, stride: int) -> NDArray[np.float32]:
    """Crops (n, side, side) of pictures on the linear scale [0, 1], those without air only.

    Raises:
        DataError: there is none.
    """
    inside = [
        image[top : top + side, left : left + side]
        for image in images
        for tissue in [_tissue(image)]
        for top, left in _corners(image.shape, side, stride)
        if tissue[top : top + side, left : left + side].all()
    ]
    if not inside:
        raise DataError(f"crops of {side} px: got none without air, expected some")
    return np.stack(inside).astype(np.float32)


def fullest_crop(image: NDArray[np.floating], side: int, stride: int) -> NDArray[np.float32]:
    """The crop (1, side, side) with the least air, for a picture without a crop of tissue alone.

    Raises:
        DataError: the picture is smaller than a crop.
    """
    tissue = _tissue(image)
    corners = list(_corners(image.shape, side, stride))
    if not corners:
        raise DataError(f"picture: got shape {image.shape}, expected at least {side} px a side")
    top, left = max(corners, key=lambda at: tissue[at[0] : at[0] + side, at[1] : at[1] + side].sum())
    return image[None, top : top + side, left : left + side].astype(np.float32)


def _tissue(image: NDArray[np.floating]) -> NDArray[np.bool_]:
    # Smoothed, so that a dark grain of noise is not air.
    return np.asarray(ndimage.uniform_filter(image, 5) > TISSUE)


def _corners(shape: tuple[int, ...], side: int, stride: int) -> Iterator[tuple[int, int]]:
    for top in range(0, shape[0] - side + 1, stride):
        for left in range(0, shape[1] - side + 1, stride):
            yield top, left


def texture_figures(crops: NDArray[np.floating]) -> NDArray[np.float64]:
    """Figures (n, 16) of crops (n, s, s): brightness, contrast, and by octave the detail and its direction."""
    return np.stack([_figures(crop.astype(np.float64)) for crop in crops])


def _figures(crop: NDArray[np.float64]) -> NDArray[np.float64]:
    low, middle, high = np.quantile(crop, (0.1, 0.5, 0.9))
    figures = [middle, np.log(high - low + 1e-6), (high + low - 2 * middle) / (high - low + 1e-6)]
    smooth = [crop, *(ndimage.gaussian_filter(crop, sigma) for sigma in OCTAVES)]
    for fine, coarse in pairwise(smooth):
        band = fine - coarse
        power = band.var() + 1e-12
        down, across = (np.mean(np.diff(band, axis=axis) ** 2) + 1e-12 for axis in (0, 1))
        figures += [0.5 * np.log(power), np.log(down / across)]
    kurtosis = np.mean((smooth[0] - smooth[2] - np.mean(smooth[0] - smooth[2])) ** 4) + 1e-24
    spread = (smooth[0] - smooth[2]).var() ** 2 + 1e-18
    gradient = np.hypot(*np.gradient(smooth[2]))
    return np.array([*figures, np.log(kurtosis / spread), np.log(np.mean(gradient) + 1e-6), smooth[5].std()])


def standardized(sets: Sequence[NDArray[np.float64]], scale_of: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Each set on the scale on which `scale_of` has mean 0 and deviation 1, figure by figure."""
    mean, deviation = scale_of.mean(axis=0), scale_of.std(axis=0) + 1e-9
    return [(figures - mean) / deviation for figures in sets]
