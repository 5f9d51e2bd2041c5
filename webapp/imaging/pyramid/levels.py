"""Smaller and smaller copies of a picture, in integers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from webapp.imaging.pyramid.geometry import PyramidDescriptor


def halved(pixels: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Return the rounded mean of each 2 × 2 block; odd edges are replicated."""
    rows, columns = pixels.shape
    if rows % 2 or columns % 2:
        pixels = np.pad(pixels, ((0, rows % 2), (0, columns % 2)), mode="edge")
    total = pixels[0::2, 0::2].astype(np.uint32)
    total += pixels[0::2, 1::2]
    total += pixels[1::2, 0::2]
    total += pixels[1::2, 1::2]
    return ((total + 2) >> 2).astype(np.uint16)


def pyramid_levels(
    pixels: NDArray[np.uint16], descriptor: PyramidDescriptor
) -> Iterator[tuple[int, NDArray[np.uint16]]]:
    """Yield (level, picture) from the full picture down to the one that fits into a tile."""
    current = pixels
    for level in range(descriptor.max_level, descriptor.min_level - 1, -1):
        yield level, current
        if level > descriptor.min_level:
            current = halved(current)
