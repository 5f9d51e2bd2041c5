"""Super-resolution: a given low-resolution mammogram through the later stages of the cascade.

Source: paper sec. 4.4, Tab. 4 and 5. The bicubic baseline and the crops of the paper's protocol are here too, as
pure functions. Images are float32 (side, side) on the linear scale [0, 1], chest wall on the left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Unpack

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from mambo_engine.cascade.cascade import Cascade
from mambo_engine.cascade.context import area_mean
from mambo_engine.cascade.options import DrawOptions
from mambo_engine.config import STAGES, GeometryConfig
from mambo_engine.errors import ConfigError, DataError

Image = NDArray[np.float32]
Step = Callable[[Image], Image]
"""A function that enlarges an image by a fixed factor."""

PAPER_CROP = 256
BISECTIONS = 30
"""Halvings of an interval of 2: the shift is found to 2e-9."""


@dataclass(frozen=True)
class Upscaled:
    """An enlarged mammogram.

    Attributes:
        image: (size, size).
        low_resolution: what was given.
        factor: how many times larger it became.
        seed: of the drawing.
        consistent: whether the area mean of `image` was made equal to what was given.
    """

    image: Image
    low_resolution: Image
    factor: int
    seed: int
    consistent: bool


def input_sides(geometry: GeometryConfig) -> dict[int, int]:
    """Sides that can be enlarged, each with its factor; the larger one needs stage 3 alone.

    Only whole factors count.
    """
    sides = (geometry.patch_size, geometry.mid_size)
    return {side: geometry.size // side for side in sides if side < geometry.size and geometry.size % side == 0}


def upscale(
    cascade: Cascade,
    low_resolution: Image,
    labels: Mapping[str, str] | None = None,
    seed: int = 0,
    *,
    consistent: bool = False,
    **options: Unpack[DrawOptions],
) -> Upscaled:
    """Enlarge a low-resolution mammogram to the cascade's size.

    Args:
        cascade: the models.
        low_resolution: (s, s), stages 2 and 3 are drawn; or (size / k, size / k), stage 3 alone is.
        labels: values of the bundle's vocabulary.
        seed: 0 or more.
        consistent: make the area mean of the result equal to what was given; the paper does not.
        options: steps, guidance, sampler and so on; see `DrawOptions`.

    Raises:
        DataError: an image of another side, with NaN, or with values outside 0..1; before any work starts.
        ConfigError: an option that is not allowed, or the state of another drawing.
        Cancelled: `should_stop` said so.
        SamplingError: a network gave values that are not finite.
    """
    geometry = cascade.stages[STAGES[0]].geometry
    factors = input_sides(geometry)
    side = low_resolution.shape[0] if low_resolution.ndim else 0
    if low_resolution.shape != (side, side) or side not in factors:
        allowed = " or ".join(f"{each} x {each} ({factor} times)" for each, factor in factors.items())
        raise DataError(f"low resolution: got shape {low_resolution.shape}, expected {allowed or 'no'} pixels")
    given = {"global_image": low_resolution} if side == geometry.patch_size else {"local_image": low_resolution}
    image = cascade.refine(labels=labels, seed=seed, **given, **options).image
    if consistent:
        image = with_area_mean(image, low_resolution)
    return Upscaled(image, low_resolution, factors[side], seed, consistent)


def bicubic(image: Image, factor: int) -> Image:
    """Enlarge by bicubic interpolation: the baseline of Tab. 4 and 5.

    Raises:
        ConfigError: `factor` is below 1.
    """
    if factor < 1:
        raise ConfigError(f"factor: got {factor}, expected at least 1")
    rows, columns = image.shape
    resized = Pillow.fromarray(image.astype(np.float32)).resize(
        (columns * factor, rows * factor), Pillow.Resampling.BICUBIC
    )
    return np.clip(np.asarray(resized, dtype=np.float32), 0.0, 1.0)


def shrunk(image: Image, side: int) -> Image:
    """Shrink a square to `side` by the mean over areas, parts of pixels counted in part.

    Raises:
        DataError: the image is no square, or smaller than `side`.
    """
    if image.ndim != 2 or image.shape[0] != image.shape[1] or len(image) < side:
        raise DataError(f"image: got shape {image.shape}, expected a square of at least {side} pixels a side")
    if len(image) % side == 0:
        return area_mean(image.astype(np.float32), len(image) // side)
    edges = np.arange(side + 1) * (len(image) / side)
    first, last = edges[:-1, None], edges[1:, None]
    pixels = np.arange(len(image))
    share = np.clip(np.minimum(last, pixels + 1) - np.maximum(first, pixels), 0, None) * (side / len(image))
    return np.asarray(np.clip(share @ image @ share.T, 0.0, 1.0), dtype=np.float32)


def with_area_mean(image: Image, low_resolution: Image) -> Image:
    """Shift each square of `image` so that, within 0..1, its mean is the pixel of `low_resolution`.

    The shift that is right after clipping is found by bisection: it exists for every mean in 0..1.

    Raises:
        DataError: the sides do not divide.
    """
    side, low = len(image), len(low_resolution)
    if image.shape != (side, side) or low_resolution.shape != (low, low) or side % low:
        raise DataError(f"area mean: got {image.shape} and {low_resolution.shape}, expected squares that divide")
    factor = side // low
    squares = image.astype(np.float64).reshape(low, factor, low, factor)
    wanted = low_resolution.astype(np.float64)
    least, most = np.full((low, low), -1.0), np.full((low, low), 1.0)
    for _ in range(BISECTIONS):
        shift = (least + most) / 2
        below = np.clip(squares + shift[:, None, :, None], 0.0, 1.0).mean(axis=(1, 3)) < wanted
        least, most = np.where(below, shift, least), np.where(below, most, shift)
    shifted = np.clip(squares + ((least + most) / 2)[:, None, :, None], 0.0, 1.0)
    return np.asarray(shifted.reshape(side, side), dtype=np.float32)


def degraded(image: Image, *, size: int, side: int) -> tuple[Image, Image]:
    """Make the test case of Tab. 4 and 5 of a real image: padded with air to `size`, and shrunk to `side`.

    Args:
        image: (rows, columns), no larger than `size`.
        size: 4096 in the paper; of the cascade here.
        side: 256 in the paper.

    Returns:
        The padded original (size, size) and its low resolution (side, side).

    Raises:
        DataError: the image is larger than `size`.
    """
    if image.ndim != 2 or max(image.shape) > size:
        raise DataError(f"image: got shape {image.shape}, expected at most {size} x {size}")
    rows, columns = image.shape
    padded = np.pad(image.astype(np.float32), ((0, size - rows), (0, size - columns)))
    return padded, shrunk(padded, side)


def paired_crops(
    original: Image, upscaled: Image, corners: Sequence[tuple[int, int]], *, crop: int = PAPER_CROP
) -> tuple[Image, Image]:
    """Cut the same squares out of original and enlarged image: two stacks (n, crop, crop).

    Raises:
        DataError: the images differ in shape, or a square leaves them.
    """
    if original.shape != upscaled.shape:
        raise DataError(f"crops: got shapes {original.shape} and {upscaled.shape}, expected the same")
    for row, column in corners:
        inside = 0 <= row <= original.shape[0] - crop and 0 <= column <= original.shape[1] - crop
        if not inside:
            raise DataError(f"crops: got corner {(row, column)}, expected {crop} pixels inside {original.shape}")
    cut = [np.stack([image[r : r + crop, c : c + crop] for r, c in corners]) for image in (original, upscaled)]
    return cut[0], cut[1]


def two_step_crop(
    low_resolution: Image, step: Step, corner: tuple[int, int], *, factor: int = 4, crop: int = PAPER_CROP
) -> tuple[Image, tuple[int, int]]:
    """Enlarge twice as the paper does with methods of a fixed factor and window.

    The whole image is enlarged once, a square of `crop` pixels is cut out, enlarged again, and its middle kept.

    Args:
        low_resolution: (256, 256) in the paper.
        step: enlarges by `factor`.
        corner: row and column of the square after the first step.
        factor: 4 in the paper.
        crop: side of the square, and of the result.

    Returns:
        The result (crop, crop), and the row and column of its corner at the scale of the second step.

    Raises:
        DataError: the square leaves the image, or `step` enlarges by another factor.
    """
    once = _stepped(low_resolution, step, factor)
    square = paired_crops(once, once, [corner], crop=crop)[0][0]
    twice = _stepped(square, step, factor)
    margin = (factor - 1) * crop // 2
    place = (corner[0] * factor + margin, corner[1] * factor + margin)
    return twice[margin : margin + crop, margin : margin + crop], place


def _stepped(image: Image, step: Step, factor: int) -> Image:
    enlarged = step(image)
    expected = tuple(side * factor for side in image.shape)
    if enlarged.shape != expected:
        raise DataError(f"step: got {enlarged.shape} of {image.shape}, expected {expected}")
    return enlarged
