"""Stored values to canonical values, exactly: no float stands in between.

A canonical value is the stored value, counted from the lowest that the format can hold, turned round when
the file means "small is bright". Slope and intercept move only the windows, which are carried along.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from webapp.imaging.ingest.source import LookupTable, Window


@dataclass(frozen=True)
class StoredFormat:
    """How a file stores its values.

    Args:
        bits: bits stored, 1 to 16.
        signed: two's complement.
        slope: rescale slope, not 0.
        intercept: rescale intercept.
        inverted: MONOCHROME1: the smallest output value is shown white.
    """

    bits: int
    signed: bool = False
    slope: float = 1.0
    intercept: float = 0.0
    inverted: bool = False

    def __post_init__(self) -> None:
        """Check the limits."""
        if not 1 <= self.bits <= 16:
            raise ValueError(f"expected 1 to 16 bits, got {self.bits}")
        if self.slope == 0 or not np.isfinite([self.slope, self.intercept]).all():
            raise ValueError(f"expected a finite slope other than 0, got {self.slope}")

    @property
    def lowest(self) -> int:
        """The lowest stored value that the format can hold."""
        return -(1 << (self.bits - 1)) if self.signed else 0

    @property
    def top(self) -> int:
        """The largest canonical value, 2^bits − 1."""
        return (1 << self.bits) - 1

    @property
    def turned(self) -> bool:
        """Whether canonical values fall while stored values rise: MONOCHROME1 or a negative slope, not both."""
        return self.inverted != (self.slope < 0)


def canonical_values(
    stored: NDArray[np.integer], form: StoredFormat, *, padding: tuple[int, int] | None = None
) -> NDArray[np.uint16]:
    """Return the canonical picture of stored values.

    Args:
        stored: integers (rows, columns).
        form: how they are stored.
        padding: lowest and highest stored value that means "no picture here"; it becomes air (0) before any
            mean of neighbors could spread it over the breast's edge.

    Returns:
        uint16 (rows, columns), 0 to 2^bits − 1.
    """
    values = stored.astype(np.int32) - form.lowest
    values = np.clip(values, 0, form.top)
    if form.turned:
        values = form.top - values
    if padding is not None:
        low, high = min(padding), max(padding)
        values[(stored >= low) & (stored <= high)] = 0
    return values.astype(np.uint16)


def canonical_window(window: Window, form: StoredFormat) -> Window:
    """Carry a window from the file's modality values to canonical values.

    Source: DICOM PS3.3 C.11.2.1.2. LINEAR is not symmetric about its center, hence the half steps.
    """
    half = 0.5 if window.function == "LINEAR" else 0.0
    loss = 1.0 if window.function == "LINEAR" else 0.0
    middle = (window.center - half - form.intercept) / form.slope - form.lowest
    width = (window.width - loss) / abs(form.slope) + loss
    if form.turned:
        middle = form.top - middle
    return Window(middle + half, width, window.function)


def canonical_table(table: LookupTable, form: StoredFormat) -> LookupTable:
    """Carry a VOI table to canonical values; only slopes of ±1 keep a table a table.

    For MONOCHROME1 the table is mirrored and its gray turned, since its black is shown white.
    """
    if abs(form.slope) != 1:
        raise ValueError(f"expected a slope of 1 or −1 with a VOI table, got {form.slope}")
    levels = table.levels
    if form.slope > 0:
        first = table.first - round(form.intercept) - form.lowest
    else:
        first = round(form.intercept) - (table.first + len(levels) - 1) - form.lowest
        levels = levels[::-1]
    if form.turned:
        first = form.top - (first + len(levels) - 1)
        levels = levels[::-1]
    if form.inverted:
        white = (1 << table.bits) - 1
        levels = tuple(white - level for level in levels)
    return LookupTable(first, levels, table.bits)
