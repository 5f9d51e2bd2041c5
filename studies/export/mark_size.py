"""How large and where a mark is: for scoring, and in millimeters where the image's pixels have a known size."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Unit = Literal["mm", "px"]


@dataclass(frozen=True)
class MarkSize:
    """The extent of a mark.

    Args:
        width: of its box; 0 for a point.
        height: of its box; 0 for a point.
        area: inside its outline, in the square of the unit; 0 for a point.
        unit: millimeters, or pixels where the image's pixels have no known size.
    """

    width: float
    height: float
    area: float
    unit: Unit


def mark_size(mark: Mapping[str, Any], spacing_mm: tuple[float, float] | None) -> MarkSize:
    """Return the extent of a stored mark (see `studies.design.marks.MARK_SCHEMA`).

    Args:
        mark: in image pixels.
        spacing_mm: (row, column) distance of pixel centers in mm; they may differ. None gives pixels.

    Raises:
        ValueError: for a spacing that is not above 0.
    """
    row, column = spacing_mm or (1.0, 1.0)
    if not (row > 0 and column > 0):
        raise ValueError(f"spacing_mm: got {spacing_mm}, expected two numbers above 0")
    unit: Unit = "mm" if spacing_mm else "px"
    return MarkSize(mark["width"] * column, mark["height"] * row, _area_px(mark) * row * column, unit)


def mark_center(mark: Mapping[str, Any]) -> tuple[float, float]:
    """Return the middle of a mark's box as (x, y) in image pixels; a point is its own middle."""
    return mark["x"] + mark["width"] / 2, mark["y"] + mark["height"] / 2


def _area_px(mark: Mapping[str, Any]) -> float:
    if "points" in mark:
        return _outline_area(mark["points"])
    share = math.pi / 4 if mark["shape"] == "ellipse" else 1.0
    return float(mark["width"] * mark["height"] * share)


def _outline_area(points: list[list[float]]) -> float:
    """Return the area of a closed outline by the shoelace formula; parts that overlap count once or cancel."""
    following = [*points[1:], points[0]]
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, following, strict=True))) / 2
