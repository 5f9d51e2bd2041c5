"""Stored pixel values, the linear [0, 1] scale at the engine's border, and network values.

The range of network values is the bundle's: -1..1 under a gamma curve, about -0.7..5.5 for the published code's
affine mapping of 12-bit images.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mambo_engine.config import IntensityConfig


def network_from_stored(stored: NDArray[np.uint16], intensity: IntensityConfig) -> NDArray[np.float32]:
    """Map stored values 0..2^bits - 1 to network values; stored values above are clipped."""
    low, high = intensity.range
    levels = np.arange(intensity.stored_max + 1, dtype=np.float64) / intensity.stored_max
    table = ((high - low) * levels**intensity.gamma + low).astype(np.float32)
    return table[np.minimum(stored, intensity.stored_max)]


def linear_from_network(x_0: NDArray[np.float32], intensity: IntensityConfig) -> NDArray[np.float32]:
    """Map network values to the linear scale [0, 1] = stored / max; values outside are clipped."""
    low, high = intensity.range
    unit = np.clip((x_0 - np.float32(low)) * np.float32(1.0 / (high - low)), 0.0, 1.0)
    return np.asarray(unit ** np.float32(1.0 / intensity.gamma), dtype=np.float32)


def network_from_linear(linear: NDArray[np.float32], intensity: IntensityConfig) -> NDArray[np.float32]:
    """Map the linear scale [0, 1] to network values; the inverse of `linear_from_network`."""
    low, high = intensity.range
    unit = np.clip(linear, 0.0, 1.0).astype(np.float32) ** np.float32(intensity.gamma)
    return np.asarray(np.float32(high - low) * unit + np.float32(low), dtype=np.float32)


def stored_from_linear(linear: NDArray[np.float32], intensity: IntensityConfig) -> NDArray[np.uint16]:
    """Map the linear scale [0, 1] to stored values, rounded."""
    return np.rint(np.clip(linear, 0.0, 1.0) * intensity.stored_max).astype(np.uint16)
