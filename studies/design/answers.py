"""Checks an answer against the questions of its protocol."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from studies.design.errors import DesignError

MARKS_MOST = 100
MARK_KEYS = frozenset({"id", "finding", "shape", "x", "y", "width", "height"})


def answers_check(questions: Sequence[Mapping[str, Any]], answers: object) -> None:
    """Check that every required question is answered and every answer is one of its options.

    Args:
        questions: the protocol's questions; those of the kind "marks" are answered by marks, not here.
        answers: what came, keyed by question.

    Raises:
        DesignError: naming the question.
    """
    if not isinstance(answers, Mapping):
        raise DesignError(f"answers: got {type(answers).__name__}, expected an object", field="answers")
    asked = {question["key"]: question for question in questions if question["kind"] != "marks"}
    for key in answers:
        if key not in asked:
            raise DesignError(f"{str(key)[:40]!r} is not a question of this study.", field="answers")
    for key, question in asked.items():
        if answers.get(key) is None:
            if question["required"]:
                raise DesignError(f"{question['label']} has no answer.", field=key)
            if key in answers:
                raise DesignError(f"{question['label']}: leave it out when there is no answer.", field=key)
            continue
        _check_option(question, answers[key])


def marks_check(questions: Sequence[Mapping[str, Any]], marks: object, *, rows: int, columns: int) -> None:
    """Check that every mark is a known finding with a known shape inside the image.

    Args:
        questions: the protocol's questions.
        marks: list of `{id, finding, shape, x, y, width, height}` in image pixels; (x, y) is the center of a
            point, the upper left corner of an ellipse's box.
        rows: image height in pixels.
        columns: image width in pixels.

    Raises:
        DesignError: naming the mark.
    """
    if not isinstance(marks, list):
        raise DesignError(f"marks: got {type(marks).__name__}, expected a list", field="marks")
    if len(marks) > MARKS_MOST:
        raise DesignError(f"marks: got {len(marks)}, expected at most {MARKS_MOST}", field="marks")
    findings = {
        option["value"]: option.get("shapes", ["ellipse", "point"])
        for question in questions
        if question["kind"] == "marks"
        for option in question["options"]
    }
    for number, mark in enumerate(marks, 1):
        _check_mark(mark, number, findings, rows=rows, columns=columns)
    identities = [mark["id"] for mark in marks]
    if len(set(identities)) != len(identities):
        raise DesignError("marks: two have the same id, expected each once", field="marks")


def _check_option(question: Mapping[str, Any], value: object) -> None:
    for option in question["options"]:
        # True == 1 in Python; an answer of another type is another answer.
        if type(option["value"]) is type(value) and option["value"] == value:
            return
    allowed = ", ".join(str(option["value"]) for option in question["options"])
    raise DesignError(
        f"{question['label']}: got {str(value)[:40]!r}, expected one of {allowed}", field=question["key"]
    )


def _check_mark(
    mark: object, number: int, findings: Mapping[str, Sequence[str]], *, rows: int, columns: int
) -> None:
    if not isinstance(mark, Mapping) or set(mark) != MARK_KEYS:
        raise DesignError(f"Mark {number}: expected exactly {', '.join(sorted(MARK_KEYS))}", field="marks")
    if not isinstance(mark["id"], str) or not 1 <= len(mark["id"]) <= 40:
        raise DesignError(f"Mark {number}: expected an id of 1 to 40 characters", field="marks")
    if not isinstance(mark["finding"], str) or mark["finding"] not in findings:
        got = str(mark["finding"])[:40]
        raise DesignError(f"Mark {number}: {got!r} is not a finding of this study", field="marks")
    if mark["shape"] not in findings[mark["finding"]]:
        raise DesignError(
            f"Mark {number}: expected a shape of {', '.join(findings[mark['finding']])}", field="marks"
        )
    x, y, width, height = (_number(mark[key], number) for key in ("x", "y", "width", "height"))
    if mark["shape"] == "ellipse" and (width <= 0 or height <= 0):
        raise DesignError(f"Mark {number}: expected a width and height above 0", field="marks")
    if x < 0 or y < 0 or width < 0 or height < 0 or x + width > columns or y + height > rows:
        raise DesignError(f"Mark {number} lies outside the image of {columns} × {rows} pixels.", field="marks")


def _number(value: object, number: int) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise DesignError(f"Mark {number}: expected numbers for x, y, width and height", field="marks")
    return float(value)
