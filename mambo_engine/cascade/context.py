"""Context channels of a patch: whole image, shifted whole image, local region, aligned region.

Training and sampling call the same functions with the same boxes, at sub-pixel accuracy. The public code
moves the whole image by whole pixels (15 full-size pixels each) when sampling only; ours never does.
Source: paper sec. 3.2.1. Channel order: stage 2 [x_L noisy, shifted x_G, x_G], stage 3 [x_P noisy, x_L, x_G];
the aligned context is an addition of ours and comes last.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mambo_engine.cascade.grid import Box
from mambo_engine.config import GeometryConfig
from mambo_engine.errors import ConfigError

Canvas = NDArray[np.float32]


def _axis_weights(
    start: float, length: float, size: int, canvas: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32], NDArray[np.float32]]:
    """Indices and weights of the two neighbors of each sample; outside the canvas the weight is 0."""
    at = start + (np.arange(size) + 0.5) * (length / size) - 0.5
    low = np.floor(at).astype(np.intp)
    high = low + 1
    fraction = (at - low).astype(np.float32)
    weight_low = np.where((low >= 0) & (low < canvas), 1.0 - fraction, 0.0).astype(np.float32)
    weight_high = np.where((high >= 0) & (high < canvas), fraction, 0.0).astype(np.float32)
    return low.clip(0, canvas - 1), high.clip(0, canvas - 1), weight_low, weight_high


def sample_box(canvas: Canvas, box: Box, size: int, *, background: float) -> Canvas:
    """Sample ``box`` of ``canvas`` (H, W) on size x size points, bilinear, background outside.

    A box on whole pixels with height and width equal to ``size`` returns the pixels themselves.
    """
    row_low, row_high, low_r, high_r = _axis_weights(box.top, box.height, size, canvas.shape[0])
    column_low, column_high, low_c, high_c = _axis_weights(box.left, box.width, size, canvas.shape[1])
    rows = canvas[row_low] * low_r[:, None] + canvas[row_high] * high_r[:, None]
    out = rows[:, column_low] * low_c + rows[:, column_high] * high_c
    inside = np.outer(low_r + high_r, low_c + high_c)
    return np.asarray(out + np.float32(background) * (1.0 - inside), dtype=np.float32)


def local_box(box: Box, geometry: GeometryConfig) -> Box:
    """Region of the mid canvas, s pixels wide, whose center is the center of the full-size ``box``."""
    row, column = box.scaled(1.0 / geometry.context_factor).center
    s = geometry.patch_size
    return Box(row - s / 2, column - s / 2, s, s)


def shifted_box(box: Box, geometry: GeometryConfig, *, canvas: int) -> Box:
    """Region of the global image that brings the center of ``box`` to the image center."""
    s = geometry.patch_size
    row, column = box.scaled(s / canvas).center
    return Box(row - s / 2, column - s / 2, s, s)


def local_stage_contexts(
    global_image: Canvas, box: Box, geometry: GeometryConfig, *, background: float, aligned: bool = False
) -> list[Canvas]:
    """Stage 2 contexts of ``box`` on the mid canvas: shifted x_G, x_G and optionally the aligned region."""
    s = geometry.patch_size
    shifted = shifted_box(box, geometry, canvas=geometry.mid_size)
    contexts = [sample_box(global_image, shifted, s, background=background), global_image]
    if aligned:
        own = box.scaled(s / geometry.mid_size)
        contexts.append(sample_box(global_image, own, s, background=background))
    return contexts


def patch_stage_contexts(
    global_image: Canvas,
    mid_image: Canvas,
    box: Box,
    geometry: GeometryConfig,
    *,
    background: float,
    aligned: bool = False,
) -> list[Canvas]:
    """Stage 3 contexts of ``box`` on the full canvas: x_L, x_G and optionally the aligned region."""
    s = geometry.patch_size
    local = sample_box(mid_image, local_box(box, geometry), s, background=background)
    contexts = [local, global_image]
    if aligned:
        own = box.scaled(1.0 / geometry.context_factor)
        contexts.append(sample_box(mid_image, own, s, background=background))
    return contexts


def stage_contexts(
    stage: str,
    coarser: tuple[Canvas, ...],
    box: Box,
    geometry: GeometryConfig,
    *,
    background: float,
    aligned: bool = False,
) -> list[Canvas]:
    """Contexts of ``box`` in ``stage``; ``coarser`` holds the images of the stages before it.

    Raises:
        ConfigError: ``coarser`` does not hold one image per earlier stage.
    """
    if stage == "global" and not coarser:
        return []
    if stage == "local" and len(coarser) == 1:
        return local_stage_contexts(coarser[0], box, geometry, background=background, aligned=aligned)
    if stage == "patch" and len(coarser) == 2:
        return patch_stage_contexts(coarser[0], coarser[1], box, geometry, background=background, aligned=aligned)
    raise ConfigError(f"stage {stage}: got {len(coarser)} coarser images, expected one per earlier stage")


def area_mean(canvas: Canvas, factor: int) -> Canvas:
    """Shrink ``canvas`` by the whole ``factor``, each pixel the mean of its square.

    Raises:
        ConfigError: a side is not a multiple of ``factor``.
    """
    height, width = canvas.shape
    if height % factor or width % factor:
        raise ConfigError(f"canvas: got {height} x {width}, expected multiples of {factor}")
    squares = canvas.reshape(height // factor, factor, width // factor, factor)
    return np.asarray(squares.mean(axis=(1, 3)), dtype=np.float32)
