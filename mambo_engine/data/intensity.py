"""Stored pixel values, the linear [0, 1] scale at the engine's border, and network values in [-1, 1]."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mambo_engine.config import IntensityConfig

BACKGROUND = -1.0
"""Network value of stored 0 (air)."""


def network_from_stored(stored: NDArray[np.uint16], intensity: IntensityConfig) -> NDArray[np.float32]:
    """Map stored values 0..2^bits - 1 to network values -1..1: 2 (stored / max)^gamma - 1."""
    levels = np.arange(intensity.stored_max + 1, dtype=np.float64) / intensity.stored_max
    table = (2.0 * levels**intensity.gamma - 1.0).astype(np.float32)
    return table[np.minimum(stored, intensity.stored_max)]


def linear_from_network(x_0: NDArray[np.float32], intensity: IntensityConfig) -> NDArray[np.float32]:
    """Map network values to the linear scale [0, 1] = stored / max; values outside are clipped."""
    unit = np.clip((x_0 + np.float32(1.0)) * np.float32(0.5), 0.0, 1.0)
    return np.asarray(unit ** np.float32(1.0 / intensity.gamma), dtype=np.float32)


def network_from_linear(linear: NDArray[np.float32], intensity: IntensityConfig) -> NDArray[np.float32]:
    """Map the linear scale [0, 1] to network values; the inverse of `linear_from_network`."""
    unit = np.clip(linear, 0.0, 1.0).astype(np.float32) ** np.float32(intensity.gamma)
    return np.asarray(np.float32(2.0) * unit - np.float32(1.0), dtype=np.float32)


def stored_from_linear(linear: NDArray[np.float32], intensity: IntensityConfig) -> NDArray[np.uint16]:
    """Map the linear scale [0, 1] to stored values, rounded."""
    return np.rint(np.clip(linear, 0.0, 1.0) * intensity.stored_max).astype(np.uint16)
