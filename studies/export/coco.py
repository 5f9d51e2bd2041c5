"""Marks as COCO: boxes and outlines with who drew them, for tools that train and compare detectors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

ELLIPSE_POINTS = 32


def coco(
    marks: pd.DataFrame,
    *,
    cases: Sequence[str],
    findings: Sequence[str],
    size: tuple[int, int],
    readings: Mapping[tuple[str, str], Mapping[str, Any]],
    description: str,
) -> dict[str, Any]:
    """Return the data set: every case is an image, every mark an annotation.

    Args:
        marks: one row per mark: `reader`, `case`, `finding`, `shape`, `x`, `y`, `width`, `height`, `points`,
            `descriptors`.
        cases: codes of all cases, with or without marks.
        findings: values that marks may have.
        size: (rows, columns) of every picture.
        readings: by reader and case what else was said, such as `birads`.
        description: of the data set.
    """
    rows, columns = size
    images = {case: number for number, case in enumerate(sorted(cases), 1)}
    categories = {finding: number for number, finding in enumerate(findings, 1)}
    return {
        "info": {"description": description, "version": "1.0"},
        "images": [
            {"id": number, "file_name": f"{case}.png", "width": columns, "height": rows}
            for case, number in images.items()
        ],
        "categories": [
            {"id": number, "name": finding, "supercategory": "finding"} for finding, number in categories.items()
        ],
        "annotations": list(_annotations(marks, images, categories, readings)),
    }


def _annotations(
    marks: pd.DataFrame,
    images: Mapping[str, int],
    categories: Mapping[str, int],
    readings: Mapping[tuple[str, str], Mapping[str, Any]],
) -> Iterator[dict[str, Any]]:
    for number, mark in enumerate(marks.to_dict("records"), 1):
        outline = outline_of({str(key): value for key, value in mark.items()})
        descriptors = mark.get("descriptors")
        attributes = {"reader": mark["reader"], "shape": mark["shape"]}
        attributes |= readings.get((mark["reader"], mark["case"]), {})
        attributes |= descriptors if isinstance(descriptors, Mapping) else {}
        yield {
            "id": number,
            "image_id": images[mark["case"]],
            "category_id": categories[mark["finding"]],
            "bbox": [float(mark[name]) for name in ("x", "y", "width", "height")],
            "area": area(outline),
            "segmentation": [[float(value) for point in outline for value in point]] if len(outline) > 2 else [],
            "iscrowd": 0,
            "attributes": attributes,
        }


def outline_of(mark: Mapping[str, Any]) -> list[tuple[float, float]]:
    """Return the corners of a mark's outline; a point has one, an ellipse is taken by its inscribed polygon."""
    x, y, width, height = (float(mark[name]) for name in ("x", "y", "width", "height"))
    points = mark.get("points")
    if isinstance(points, Sequence) and not isinstance(points, str):
        return [(float(px), float(py)) for px, py in points]
    if mark["shape"] == "point":
        return [(x, y)]
    if mark["shape"] == "rectangle":
        return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    angles = np.linspace(0, 2 * np.pi, ELLIPSE_POINTS, endpoint=False)
    across = x + width / 2 * (1 + np.cos(angles))
    down = y + height / 2 * (1 + np.sin(angles))
    return [(float(px), float(py)) for px, py in zip(across.round(3), down.round(3), strict=True)]


def area(outline: Sequence[tuple[float, float]]) -> float:
    """Return the area inside a closed outline, px²; 0 for a point."""
    if len(outline) < 3:
        return 0.0
    x, y = np.array(outline, dtype=np.float64).T
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)
