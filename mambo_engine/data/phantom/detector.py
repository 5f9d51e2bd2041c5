"""From tissue to stored values: thickness, skin, exposure, noise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from mambo_engine.data.phantom.canvas import Array, Canvas, smoothstep
from mambo_engine.data.phantom.outline import Outline

WHITE = 4095
SKIN = 0.0065
CONTRAST = 0.42
QUANTA_MM2 = 90000.0
BLUR_MM = 0.06
MIN_BLUR_PX = 0.3
ELECTRONS = 4.0


def expose(canvas: Canvas, outline: Outline, brightness: Array, *, side_mm: float) -> NDArray[np.uint16]:
    """Turn brightness over fat into a 12-bit image.

    Args:
        canvas: Square and seed.
        outline: Shape of the breast.
        brightness: (size, size), 0 in fat, about 1 in dense gland, before thickness.
        side_mm: Side of the square in millimetres.

    Returns:
        (size, size) stored values 0..4095; air is exactly 0 and breast at least 1.
    """
    thickness = _thickness(outline)
    skin = _skin(canvas, outline)
    signal = 0.245 * thickness + 0.55 * brightness * thickness + skin
    signal = ndimage.gaussian_filter(signal.astype(np.float32), 0.45)
    noisy = _with_noise(canvas, signal, side_mm=side_mm)
    stored = WHITE * _tone(noisy)
    breast = outline.depth > 0
    return np.where(breast, np.clip(np.rint(stored), 1, WHITE), 0).astype(np.uint16)


def _thickness(outline: Outline) -> Array:
    """Compressed thickness 0..1, partly equalised towards the skin as in processed images."""
    t = np.clip(outline.depth / 0.1, 0, 1)
    return (0.42 + 0.58 * np.sqrt(1 - (1 - t) ** 2)).astype(np.float32)


def _skin(canvas: Canvas, outline: Outline) -> Array:
    """Bright line along the outline and the nipple in profile."""
    x, y = canvas.axes()
    away = np.hypot(x - outline.nipple[0], y - outline.nipple[1])
    near = np.exp(-((away / 0.03) ** 2))
    line = 1 - smoothstep(outline.depth, SKIN * 0.55, SKIN * (1.25 + 0.9 * near))
    return (0.11 * line * (1 + 0.9 * near) + 0.1 * np.exp(-((away / 0.018) ** 2))).astype(np.float32)


def _with_noise(canvas: Canvas, signal: Array, *, side_mm: float) -> Array:
    """Add quantum and electronic noise in the exposure domain.

    Quanta per pixel fall exponentially with the signal, so dense tissue is noisier. On pixels
    finer than the detector's blur the noise is correlated.
    """
    pixel_mm2 = (side_mm / canvas.size) ** 2
    quanta = QUANTA_MM2 * pixel_mm2 * np.exp(-signal / CONTRAST)
    spread = np.sqrt(quanta + ELECTRONS**2) / quanta
    draw = canvas.rng("noise", canvas.size).standard_normal(signal.shape, dtype=np.float32)
    blur = BLUR_MM * canvas.size / side_mm
    if blur > MIN_BLUR_PX:
        draw = ndimage.gaussian_filter(draw, blur, mode="wrap", truncate=3.0)
    return (signal + CONTRAST * spread * draw).astype(np.float32)


def _tone(signal: Array) -> Array:
    """Soft shoulder that keeps calcifications below saturation."""
    knee = 0.72
    over = np.maximum(signal - knee, 0)
    return np.minimum(signal, knee) + (1 - knee) * (1 - np.exp(-over / (1 - knee)))
