"""The questions of a protocol: what is asked, in which form, and under which condition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from studies.design.errors import DesignError
from studies.design.marks import SHAPES
from studies.design.protocol.words import KEY, TEXT, Schema, closed, unique_check

WITH_OPTIONS = ("choice", "scale", "multiple", "marks")
KINDS = (*WITH_OPTIONS, "text", "number")

_NAMED = closed({"value": {"type": "string", "minLength": 1, "maxLength": 60}, "label": TEXT}, ("value", "label"))
_DESCRIPTOR = closed(
    {"key": KEY, "label": TEXT, "options": {"type": "array", "items": _NAMED, "minItems": 2, "maxItems": 30}},
    ("key", "label", "options"),
)
_VALUE: Schema = {"type": ["string", "integer"]}
_OPTION = closed(
    {
        "value": _VALUE,
        "label": TEXT,
        "hint": {"type": "string", "maxLength": 200},
        "key": {"type": "string", "maxLength": 12},
        "shapes": {"type": "array", "items": {"enum": list(SHAPES)}, "minItems": 1, "uniqueItems": True},
        "descriptors": {"type": "array", "items": _DESCRIPTOR, "maxItems": 6},
    },
    ("value", "label"),
)
QUESTION = closed(
    {
        "key": KEY,
        "kind": {"enum": list(KINDS)},
        "label": TEXT,
        "hint": {"type": "string", "maxLength": 200},
        "required": {"type": "boolean"},
        "options": {"type": "array", "items": _OPTION, "minItems": 1, "maxItems": 20},
        # Asked only when an earlier question has one of these answers.
        "when": closed(
            {"question": KEY, "is": {"type": "array", "items": _VALUE, "minItems": 1, "uniqueItems": True}},
            ("question", "is"),
        ),
        # Of a text: the longest; of a number: its range and unit.
        "longest": {"type": "integer", "minimum": 1, "maximum": 4000},
        "minimum": {"type": "number"},
        "maximum": {"type": "number"},
        "unit": {"type": "string", "maxLength": 20},
    },
    ("key", "kind", "label", "required"),
)
QUESTIONS: Schema = {"type": "array", "items": QUESTION, "minItems": 1, "maxItems": 20}


def questions_check(questions: Sequence[dict[str, Any]], field: str = "questions") -> None:
    """Check questions that meet the schema against each other.

    Args:
        questions: in the order in which they are asked.
        field: what to call the list in an error.

    Raises:
        DesignError: for a key or option that comes twice, options that lack, a range that is empty, or a
            condition on anything but an answer of an earlier question.
    """
    unique_check([question["key"] for question in questions], field)
    earlier: dict[str, dict[str, Any]] = {}
    for question in questions:
        _options_check(question)
        if "when" in question:
            _condition_check(question, earlier)
        earlier[question["key"]] = question


def question_by_key(body: dict[str, Any], key: str) -> dict[str, Any] | None:
    """Return the question with this key, or None when the protocol doesn't ask it."""
    return next((question for question in body["questions"] if question["key"] == key), None)


def _options_check(question: dict[str, Any]) -> None:
    key, kind = question["key"], question["kind"]
    if (kind in WITH_OPTIONS) != ("options" in question):
        expected = "expected options" if kind in WITH_OPTIONS else "expected no options"
        raise DesignError(f"{key}: {expected} for the kind {kind}", field=key)
    unique_check([option["value"] for option in question.get("options", [])], key)
    for option in question.get("options", []):
        descriptors = option.get("descriptors", [])
        unique_check([descriptor["key"] for descriptor in descriptors], key)
        for descriptor in descriptors:
            unique_check([one["value"] for one in descriptor["options"]], key)
    if question.get("minimum", 0) > question.get("maximum", float("inf")):
        raise DesignError(f"{key}: the minimum is above the maximum", field=key)


def _condition_check(question: dict[str, Any], earlier: dict[str, dict[str, Any]]) -> None:
    key, condition = question["key"], question["when"]
    asked = earlier.get(condition["question"])
    if asked is None or asked["kind"] not in ("choice", "scale", "multiple"):
        raise DesignError(
            f"{key}: got a condition on {condition['question']!r}, expected an earlier question with options",
            field=key,
        )
    allowed = [option["value"] for option in asked["options"]]
    unknown = [str(value) for value in condition["is"] if value not in allowed]
    if unknown:
        raise DesignError(f"{key}: {asked['label']} has no option {', '.join(unknown)}", field=key)
