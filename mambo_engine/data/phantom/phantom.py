"""One procedural mammogram with known truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mambo_engine.data.phantom.canvas import Canvas
from mambo_engine.data.phantom.detector import expose
from mambo_engine.data.phantom.labels import PhantomLabels
from mambo_engine.data.phantom.lesions import draw_lesions
from mambo_engine.data.phantom.outline import draw_outline
from mambo_engine.data.phantom.tissue import draw_tissue
from mambo_engine.errors import ConfigError

FIELD_MM = 240.0
SIZES = (64, 4096)


@dataclass(frozen=True)
class Phantom:
    """A drawn mammogram.

    Attributes:
        pixels: (size, size) uint16, 12-bit stored values 0..4095; air 0, brighter is denser,
            chest wall on the left edge.
        breast_mask: (size, size) bool, the breast with nipple and muscle.
        lesion_mask: (size, size) bool, the lesions; all false for category 1.
        labels: What was asked for.
        pixel_spacing_mm: Side of a pixel in millimetres.
    """

    pixels: NDArray[np.uint16]
    breast_mask: NDArray[np.bool_]
    lesion_mask: NDArray[np.bool_]
    labels: PhantomLabels
    pixel_spacing_mm: float


def draw_phantom(labels: PhantomLabels, *, size: int, seed: int) -> Phantom:
    """Draw a mammogram, a function of its arguments alone.

    The same seed keeps the breast when only the category changes, and shows the same anatomy
    with more detail at a larger size.

    Args:
        labels: Category, density and view.
        size: Side of the square in pixels, 64 to 4096.
        seed: Non-negative integer.

    Raises:
        ConfigError: When size or seed is out of range.
    """
    if not SIZES[0] <= size <= SIZES[1]:
        raise ConfigError(f"size must be {SIZES[0]} to {SIZES[1]} pixels, got {size}")
    if seed < 0:
        raise ConfigError(f"seed must not be negative, got {seed}")
    canvas = Canvas(size, seed)
    outline = draw_outline(canvas, view=labels.view)
    tissue = draw_tissue(canvas, outline, density=labels.density)
    lesions = draw_lesions(canvas, outline, tissue.gland, birads=labels.birads)
    pixels = expose(canvas, outline, tissue.brightness + lesions.brightness, side_mm=FIELD_MM)
    breast = outline.depth > 0
    return Phantom(
        pixels=pixels,
        breast_mask=breast,
        lesion_mask=lesions.mask & breast,
        labels=labels,
        pixel_spacing_mm=FIELD_MM / size,
    )
