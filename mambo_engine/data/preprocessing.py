"""From a mammogram file's pixels to the square the cascade works on, and back.

Order of the steps as in the paper, sec. 8: values to 0..1, negate when needed, keep only the
breast, flip it to the left, pad to a square on the far side, pad to a multiple of the patch side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mambo_engine.data.masks import (
    Mask,
    breast_mask,
    dilate_mask,
    erode_mask,
    filled_to_chest_wall,
    otsu_threshold,
)
from mambo_engine.errors import DataError

__all__ = [
    "Preprocessed",
    "Preprocessing",
    "breast_mask",
    "dilate_mask",
    "erode_mask",
    "otsu_threshold",
    "preprocess",
]

Image = NDArray[np.float32]
BIT_DEPTHS = (8, 10, 12, 14, 16)
# Share of rows and columns the reference implementation cuts off each side: top/bottom, left/right.
REFERENCE_CROP = (0.04, 0.01)
AIR_BAND = 0.06
EDGE_SHARE = 0.1
WALL_REACH = 24
"""Columns in which the chest wall is looked for with `trim`."""


@dataclass(frozen=True)
class Preprocessing:
    """Invertible map between an image as stored and its square.

    Attributes:
        shape: Rows and columns of the stored image.
        box: First row, end row, first column, end column kept of it.
        white: Stored value that becomes 1; 0 stays 0.
        negated: True when stored values fall with density.
        flipped: True when the stored breast lies on the right.
        side: Side of the square in pixels.
    """

    shape: tuple[int, int]
    box: tuple[int, int, int, int]
    white: float
    negated: bool
    flipped: bool
    side: int

    def apply(self, stored: NDArray[Any]) -> Image:
        """Map stored pixels (rows, columns) to the square (side, side), float 0..1.

        Raises:
            DataError: When the shape is not the one this map was made for.
        """
        values = self._cut(stored).astype(np.float32) / np.float32(self.white)
        return self._pad(1 - values if self.negated else values)

    def apply_mask(self, mask: Mask) -> Mask:
        """Map a mask (rows, columns) of the stored image to the square."""
        return self._pad(self._cut(mask))

    def invert(self, square: Image) -> Image:
        """Map a square of values 0..1 back to stored values (rows, columns).

        Outside the kept box the result is air.
        """
        values = self._unpad(square)
        stored = np.full(self.shape, self.white if self.negated else 0.0, dtype=np.float32)
        top, bottom, left, right = self.box
        stored[top:bottom, left:right] = (1 - values if self.negated else values) * np.float32(self.white)
        return stored

    def invert_mask(self, square: Mask) -> Mask:
        """Map a mask of the square back to (rows, columns)."""
        mask = np.zeros(self.shape, dtype=bool)
        top, bottom, left, right = self.box
        mask[top:bottom, left:right] = self._unpad(square)
        return mask

    def _cut(self, array: NDArray[Any]) -> NDArray[Any]:
        if array.shape != self.shape:
            raise DataError(f"expected an image of {self.shape} rows and columns, got {array.shape}")
        top, bottom, left, right = self.box
        return array[top:bottom, left:right]

    def _pad(self, array: NDArray[Any]) -> NDArray[Any]:
        array = array[:, ::-1] if self.flipped else array
        square = np.zeros((self.side, self.side), dtype=array.dtype)
        square[: array.shape[0], : array.shape[1]] = array
        return square

    def _unpad(self, square: NDArray[Any]) -> NDArray[Any]:
        if square.shape != (self.side, self.side):
            raise DataError(f"expected a square of side {self.side}, got shape {square.shape}")
        top, bottom, left, right = self.box
        array = square[: bottom - top, : right - left]
        return array[:, ::-1] if self.flipped else array


@dataclass(frozen=True)
class Preprocessed:
    """A preprocessed mammogram.

    Attributes:
        image: (side, side) float 0..1, breast on the left, exactly 0 outside the dilated mask.
        mask: (side, side) breast mask, neither dilated nor eroded.
        transform: The map back to the stored image.
    """

    image: Image
    mask: Mask
    transform: Preprocessing


def preprocess(
    stored: NDArray[Any],
    *,
    patch_size: int,
    bits: int | None = None,
    negate: bool | None = None,
    flip: bool | None = None,
    crop: tuple[float, float] = (0.0, 0.0),
    trim: bool = False,
) -> Preprocessed:
    """Prepare a mammogram for the cascade.

    Args:
        stored: (rows, columns) unsigned integers as stored.
        patch_size: The side becomes a multiple of it.
        bits: Stored bits; default the smallest usual depth that holds the largest value.
        negate: True for images in which air is bright (MONOCHROME1); default decided by the pixels.
        flip: True when the breast lies on the right (a right breast as displayed); default decided
            by the mask.
        crop: Share of rows, and of columns, cut off each side first; REFERENCE_CROP is the
            reference implementation's.
        trim: Cut off air between the image border and the chest wall, for images padded there.

    Raises:
        DataError: When the pixels are not 2-D unsigned integers, do not fit the bits, or show
            nothing.

    Source: paper sec. 8 and 9.
    """
    white = _white(stored, bits)
    box = _cropped_box(stored.shape, crop)
    top, bottom, left, right = box
    values = stored[top:bottom, left:right].astype(np.float32) / np.float32(white)
    negated = _air_is_bright(values) if negate is None else negate
    mask = breast_mask(1 - values if negated else values)
    flipped = _chest_wall_is_right(mask) if flip is None else flip
    if trim:
        start = _wall_column(1 - values if negated else values, mask, flipped=flipped)
        left, right = (left, right - start) if flipped else (left + start, right)
    side = -(-max(bottom - top, right - left) // patch_size) * patch_size
    transform = Preprocessing(
        shape=(stored.shape[0], stored.shape[1]),
        box=(top, bottom, left, right),
        white=white,
        negated=negated,
        flipped=flipped,
        side=side,
    )
    whole = np.zeros(stored.shape, dtype=bool)
    whole[box[0] : box[1], box[2] : box[3]] = mask
    square_mask = filled_to_chest_wall(transform.apply_mask(whole))
    image = np.where(dilate_mask(square_mask), transform.apply(stored), np.float32(0))
    return Preprocessed(image=image, mask=square_mask, transform=transform)


def _white(stored: NDArray[Any], bits: int | None) -> float:
    """Return the largest value of the stored depth."""
    if stored.ndim != 2 or stored.dtype.kind != "u":
        raise DataError(f"expected 2-D unsigned integers, got {stored.ndim}-D {stored.dtype}")
    if min(stored.shape) < 2:
        raise DataError(f"expected an image of at least 2 x 2 pixels, got {stored.shape}")
    largest = int(stored.max())
    depth = bits or next((b for b in BIT_DEPTHS if largest < 2**b), None)
    if depth is None or largest >= 2**depth:
        raise DataError(f"expected values below 2**{depth or BIT_DEPTHS[-1]}, got {largest}")
    return float(2**depth - 1)


def _cropped_box(shape: tuple[int, ...], crop: tuple[float, float]) -> tuple[int, int, int, int]:
    """Return the box left after cutting a share off each side."""
    if not all(0 <= share < 0.5 for share in crop):
        raise DataError(f"crop shares must be at least 0 and below 0.5, got {crop}")
    rows, columns = round(shape[0] * crop[0]), round(shape[1] * crop[1])
    return rows, shape[0] - rows, columns, shape[1] - columns


def _air_is_bright(values: Image) -> bool:
    """Tell whether more pixels lie near the brightest value than near the darkest: air is flat."""
    low, high = np.quantile(values[::4, ::4], (0.001, 0.999))
    band = AIR_BAND * (high - low)
    return bool((values >= high - band).mean() > (values <= low + band).mean())


def _wall_column(values: Image, mask: Mask, *, flipped: bool) -> int:
    """Count the columns between the border and the chest wall, from the chest wall's side.

    The mask comes from a blurred image and reaches a few columns into the air before the wall; the wall is the
    first column that is half as bright as those behind it.
    """
    values, mask = (values[:, ::-1], mask[:, ::-1]) if flipped else (values, mask)
    first = int(np.flatnonzero(mask.any(axis=0))[0])
    columns = range(first, min(first + WALL_REACH, values.shape[1]))
    levels = [
        float(np.median(values[mask[:, column], column])) if mask[:, column].any() else 0 for column in columns
    ]
    bright = np.flatnonzero(np.array(levels) >= 0.5 * np.median(levels[len(levels) // 3 :]))
    return first + (int(bright[0]) if len(bright) else 0)


def _chest_wall_is_right(mask: Mask) -> bool:
    """Tell on which side the breast is cut off.

    The mask touches that side of the image; when it touches both or none, that side of the
    mask's own box is the fuller one.
    """
    heights = mask.sum(axis=0)
    touches = (heights[[0, -1]] > EDGE_SHARE * mask.shape[0]).tolist()
    if touches[0] != touches[1]:
        return bool(touches[1])
    if not heights.any():
        return False
    columns = np.flatnonzero(heights > EDGE_SHARE * heights.max())  # a stray edge is lower
    center = float((heights * np.arange(len(heights))).sum() / heights.sum())
    return center > (int(columns[0]) + int(columns[-1])) / 2
