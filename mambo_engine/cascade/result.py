"""What the cascade returns: the three images on the linear scale, the air around the breast cleared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from mambo_engine.cascade.context import Canvas
from mambo_engine.config import IntensityConfig
from mambo_engine.data.intensity import stored_from_linear

AIR_LEVEL = 0.02
"""Share of the range of network values: smoothed pixels below it, outside the breast, are air."""


@dataclass(frozen=True)
class CascadeResult:
    """A drawn image: float32 on the linear scale [0, 1], chest wall on the left, air exactly 0.

    Attributes:
        global_image: (s, s).
        local_image: (size / k, size / k).
        image: (size, size).
        intensity: from the linear scale to stored values.
        pixel_spacing_mm: side of a pixel of `image`, or none where the bundle says nothing.
    """

    global_image: NDArray[np.float32]
    local_image: NDArray[np.float32]
    image: NDArray[np.float32]
    intensity: IntensityConfig
    pixel_spacing_mm: float | None

    def stored_pixels(self) -> NDArray[np.uint16]:
        """The image as stored values 0..2^bits - 1."""
        return stored_from_linear(self.image, self.intensity)


def without_air(canvas: Canvas, intensity: IntensityConfig) -> Canvas:
    """Set what lies outside the breast to background: a network leaves a trace of noise in the air.

    The breast is the largest region whose smoothed values rise above air, widened by two pixels.
    """
    smooth = ndimage.uniform_filter(canvas, size=3)
    labeled, count = ndimage.label(smooth > intensity.level(AIR_LEVEL))
    if count == 0:
        return np.full_like(canvas, intensity.background)
    largest = labeled == int(np.argmax(np.bincount(labeled.ravel())[1:])) + 1
    inside = ndimage.binary_dilation(ndimage.binary_fill_holes(largest), iterations=2)
    return np.where(inside, canvas, np.float32(intensity.background)).astype(np.float32)
