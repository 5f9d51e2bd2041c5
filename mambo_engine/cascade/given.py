"""Given coarse images on their way into the cascade: checked, and mapped to network values."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mambo_engine.cascade.context import Canvas, area_mean
from mambo_engine.config import GeometryConfig, IntensityConfig
from mambo_engine.data.intensity import network_from_linear
from mambo_engine.errors import DataError


def given_canvases(
    global_image: NDArray[np.floating] | None,
    local_image: NDArray[np.floating] | None,
    geometry: GeometryConfig,
    intensity: IntensityConfig,
) -> tuple[Canvas, ...]:
    """Network images of the stages that need not be drawn, from images on the linear scale [0, 1].

    Args:
        global_image: (s, s); None with a `local_image`: its area mean.
        local_image: (size / k, size / k), or None.
        geometry: of the cascade.
        intensity: of the bundle.

    Raises:
        DataError: none is given, or one has another shape, values outside 0..1, or NaN.
    """
    if local_image is None:
        if global_image is None:
            raise DataError("refine: got no image, expected a global_image, a local_image, or both")
        return (_network(global_image, geometry.patch_size, "global_image", intensity),)
    local = _network(local_image, geometry.mid_size, "local_image", intensity)
    if global_image is not None:
        return _network(global_image, geometry.patch_size, "global_image", intensity), local
    if geometry.mid_size % geometry.patch_size:
        side, s = geometry.mid_size, geometry.patch_size
        raise DataError(f"refine: got no global_image, expected one: {side} is not a multiple of {s}")
    return area_mean(local, geometry.mid_size // geometry.patch_size), local


def _network(image: NDArray[np.floating], side: int, name: str, intensity: IntensityConfig) -> Canvas:
    image = np.asarray(image)
    if image.shape != (side, side):
        raise DataError(f"{name}: got shape {image.shape}, expected ({side}, {side})")
    if not np.issubdtype(image.dtype, np.floating):
        raise DataError(f"{name}: got {image.dtype} values, expected floating point on the scale 0..1")
    if not np.isfinite(image).all():
        raise DataError(f"{name}: got NaN or infinite values, expected values 0..1")
    if image.min() < 0.0 or image.max() > 1.0:
        raise DataError(f"{name}: got values {image.min():g}..{image.max():g}, expected 0..1")
    return network_from_linear(image.astype(np.float32), intensity)
