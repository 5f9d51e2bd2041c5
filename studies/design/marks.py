"""The one shape that a stored mark has, and the check of marks against a protocol.

A mark is what a reader drew on a picture: numbers in picture pixels, for scoring. `studies.export.web_annotation`
says the same as a W3C Web Annotation. Described for people in docs/marks.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator

from studies.design.errors import DesignError, OutsideImageError

MARKS_MOST = 100
POINTS_MOST = 400
SHAPES = ("point", "rectangle", "ellipse", "polygon", "freehand")
OUTLINES = ("polygon", "freehand")
DEFAULT_SHAPES = ("ellipse", "point")

# Finite by the schema's bounds: no picture is a million pixels wide.
_NUMBER = {"type": "number", "minimum": -1e6, "maximum": 1e6}
MARK_SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Mark",
    "description": "Lengths are picture pixels; x to the right, y down, from the upper left corner.",
    "type": "object",
    "properties": {
        "id": {"type": "string", "minLength": 1, "maxLength": 40, "description": "made by the browser"},
        "finding": {"type": "string", "description": "a value of the marks question's options"},
        "shape": {"enum": list(SHAPES)},
        "x": _NUMBER | {"description": "left edge of the box, or the point"},
        "y": _NUMBER | {"description": "upper edge of the box, or the point"},
        "width": _NUMBER | {"description": "of the box; 0 for a point"},
        "height": _NUMBER | {"description": "of the box; 0 for a point"},
        "points": {
            "description": "corners of a polygon's or a freehand line's closed outline; other shapes have none",
            "type": "array",
            "minItems": 3,
            "maxItems": POINTS_MOST,
            "items": {"type": "array", "prefixItems": [_NUMBER, _NUMBER], "minItems": 2, "maxItems": 2},
        },
        "descriptors": {
            "description": "chosen values by descriptor, of those that the finding offers; left out when none",
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"type": "string"},
        },
    },
    "required": ["id", "finding", "shape", "x", "y", "width", "height"],
    "additionalProperties": False,
}
_VALIDATOR = Draft202012Validator(MARK_SCHEMA)


def marks_check(questions: Sequence[Mapping[str, Any]], marks: object, *, rows: int, columns: int) -> None:
    """Check that every mark is a finding of this study, in a shape it may have, inside the image.

    Args:
        questions: the protocol's questions.
        marks: list of marks, see `MARK_SCHEMA`.
        rows: image height in pixels.
        columns: image width in pixels.

    Raises:
        OutsideImageError: for a mark that reaches outside the image.
        DesignError: for everything else, naming the mark.
    """
    if not isinstance(marks, list):
        raise DesignError(f"marks: got {type(marks).__name__}, expected a list", field="marks")
    if len(marks) > MARKS_MOST:
        raise DesignError(f"marks: got {len(marks)}, expected at most {MARKS_MOST}", field="marks")
    findings = {
        option["value"]: option
        for question in questions
        if question["kind"] == "marks"
        for option in question["options"]
    }
    for number, mark in enumerate(marks, 1):
        _check_form(mark, number)
        _check_finding(mark, number, findings)
        _check_place(mark, number, rows=rows, columns=columns)
    identities = [mark["id"] for mark in marks]
    if len(set(identities)) != len(identities):
        raise DesignError("marks: two have the same id, expected each once", field="marks")


def _check_form(mark: Any, number: int) -> None:
    problem = next(_VALIDATOR.iter_errors(mark), None)
    if problem is not None:
        where = ".".join(map(str, problem.absolute_path))
        at = f", {where}" if where else ""
        raise DesignError(f"Mark {number}{at}: {problem.message[:200]}", field="marks")
    # JSON has no NaN, Python's parser has; no comparison of the schema refuses it.
    values = [mark[key] for key in ("x", "y", "width", "height")] + [
        value for point in mark.get("points", ()) for value in point
    ]
    if not all(math.isfinite(value) for value in values):
        raise DesignError(f"Mark {number}: expected finite numbers", field="marks")


def _check_finding(mark: Mapping[str, Any], number: int, findings: Mapping[str, Mapping[str, Any]]) -> None:
    option = findings.get(mark["finding"])
    if option is None:
        got = mark["finding"][:40]
        raise DesignError(f"Mark {number}: {got!r} is not a finding of this study", field="marks")
    shapes = option.get("shapes", DEFAULT_SHAPES)
    if mark["shape"] not in shapes:
        raise DesignError(f"Mark {number}: expected a shape of {', '.join(shapes)}", field="marks")
    offered = {
        descriptor["key"]: [one["value"] for one in descriptor["options"]]
        for descriptor in option.get("descriptors", ())
    }
    for key, value in mark.get("descriptors", {}).items():
        if value not in offered.get(key, ()):
            said = f"{key[:40]} {value[:40]}"
            raise DesignError(f"Mark {number}: {said!r} is not offered for {option['label']}", field="marks")


def _check_place(mark: Mapping[str, Any], number: int, *, rows: int, columns: int) -> None:
    x, y, width, height = (mark[key] for key in ("x", "y", "width", "height"))
    if mark["shape"] == "point":
        if width or height:
            raise DesignError(f"Mark {number}: expected a point without width and height", field="marks")
    elif width <= 0 or height <= 0:
        raise DesignError(f"Mark {number}: expected a width and height above 0", field="marks")
    if ("points" in mark) != (mark["shape"] in OUTLINES):
        raise DesignError(f"Mark {number}: expected points for {' and '.join(OUTLINES)} alone", field="marks")
    if x < 0 or y < 0 or x + width > columns or y + height > rows:
        message = f"Mark {number} lies outside the image of {columns} × {rows} pixels."
        raise OutsideImageError(message, field="marks")
    if "points" in mark:
        _check_outline(mark, number)


def _check_outline(mark: Mapping[str, Any], number: int) -> None:
    across, down = zip(*mark["points"], strict=True)
    box = (min(across), min(down), max(across) - min(across), max(down) - min(down))
    if box != (mark["x"], mark["y"], mark["width"], mark["height"]):
        raise DesignError(f"Mark {number}: expected the box around its points, {box}", field="marks")
