"""Figures of texture, without a trained network: what the bench's Fréchet distance stands on.

They tell two sets of pictures apart by brightness, contrast, sharpness and direction. They are not comparable with
published Fréchet distances, which stand on Inception.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

TISSUE = 0.02
"""Linear scale: above it a pixel is not air."""

OCTAVES = (0.5, 1.0, 2.0, 4.0, 8.0)


def breast_crops(images: Sequence[NDArray[np.float32]], side: int, stride: int) -> NDArray[np.float32]:
    """Crops (n, side, side) of pictures on the linear scale [0, 1], those without air only.

    Raises:
        ValueError: there is none.
    """
    crops = [
        image[top : top + side, left : left + side]
        for image in images
        for top in range(0, image.shape[0] - side + 1, stride)
        for left in range(0, image.shape[1] - side + 1, stride)
    ]
    inside = [crop for crop in crops if (ndimage.uniform_filter(crop, 5) > TISSUE).all()]
    if not inside:
        raise ValueError(f"crops of {side} px: got none without air, expected some")
    return np.stack(inside)


def texture_figures(crops: NDArray[np.float32]) -> NDArray[np.float64]:
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
    kurtosis = np.mean((smooth[0] - smooth[2] - np.mean(smooth[0] - smooth[2])) ** 4)
    spread = (smooth[0] - smooth[2]).var() ** 2 + 1e-18
    gradient = np.hypot(*np.gradient(smooth[2]))
    return np.array([*figures, np.log(kurtosis / spread), np.log(np.mean(gradient) + 1e-6), smooth[5].std()])


def standardized(sets: Sequence[NDArray[np.float64]], scale_of: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Each set on the scale on which `scale_of` has mean 0 and deviation 1, figure by figure."""
    mean, deviation = scale_of.mean(axis=0), scale_of.std(axis=0) + 1e-9
    return [(figures - mean) / deviation for figures in sets]
