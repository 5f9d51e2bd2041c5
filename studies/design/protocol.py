"""What a study asks and fixes: one JSON document, checked, hashed, and unchangeable once locked."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator

from studies.design.canonical import canonical_hash
from studies.design.errors import DesignError
from studies.design.marks import SHAPES

Protocol = dict[str, Any]

_TEXT = {"type": "string", "minLength": 1, "maxLength": 4000}
_KEY = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,30}$"}
_NAMED = {
    "type": "object",
    "properties": {"value": {"type": "string", "minLength": 1, "maxLength": 60}, "label": _TEXT},
    "required": ["value", "label"],
    "additionalProperties": False,
}
_DESCRIPTOR = {
    "type": "object",
    "properties": {
        "key": _KEY,
        "label": _TEXT,
        "options": {"type": "array", "items": _NAMED, "minItems": 2, "maxItems": 30},
    },
    "required": ["key", "label", "options"],
    "additionalProperties": False,
}
_OPTION = {
    "type": "object",
    "properties": {
        "value": {"type": ["string", "integer"]},
        "label": _TEXT,
        "hint": {"type": "string", "maxLength": 200},
        "key": {"type": "string", "maxLength": 12},
        "shapes": {"type": "array", "items": {"enum": list(SHAPES)}, "minItems": 1, "uniqueItems": True},
        "descriptors": {"type": "array", "items": _DESCRIPTOR, "maxItems": 6},
    },
    "required": ["value", "label"],
    "additionalProperties": False,
}
_QUESTION = {
    "type": "object",
    "properties": {
        "key": _KEY,
        "kind": {"enum": ["choice", "scale", "marks"]},
        "label": _TEXT,
        "required": {"type": "boolean"},
        "options": {"type": "array", "items": _OPTION, "minItems": 1, "maxItems": 20},
    },
    "required": ["key", "kind", "label", "required", "options"],
    "additionalProperties": False,
}
_SCHEMA = {
    "type": "object",
    "properties": {
        "schema": {"const": 1},
        "template": _KEY,
        "questions": {"type": "array", "items": _QUESTION, "minItems": 1, "maxItems": 20},
        "instructions": _TEXT,
        "stated_prevalence": _TEXT,
        "revisions": {"enum": ["none"]},
        "exclusions": {"type": "array", "items": _TEXT},
        "design": {
            "type": "object",
            "properties": {
                "allocation": {"enum": ["fully_crossed"]},
                "max_run": {"type": "integer", "minimum": 1},
                "randomness": _TEXT,
            },
            "required": ["allocation", "max_run", "randomness"],
            "additionalProperties": False,
        },
        "picture": {
            "type": "object",
            "properties": {
                "rows": {"type": "integer", "minimum": 64, "maximum": 8192},
                "columns": {"type": "integer", "minimum": 64, "maximum": 8192},
            },
            "required": ["rows", "columns"],
            "additionalProperties": False,
        },
        "analysis": {
            "type": "object",
            "properties": {
                "positive": {"const": "synthetic"},
                "measure": {"const": "balanced_accuracy"},
                "confidence": {"type": "number", "exclusiveMinimum": 0.5, "exclusiveMaximum": 1},
                "margin": {"type": "number", "exclusiveMinimum": 0, "maximum": 0.5},
            },
            "required": ["positive", "measure", "confidence", "margin"],
            "additionalProperties": False,
        },
    },
    "required": [
        "schema",
        "template",
        "questions",
        "instructions",
        "stated_prevalence",
        "revisions",
        "exclusions",
        "design",
        "picture",
        "analysis",
    ],
    "additionalProperties": False,
}
_VALIDATOR = Draft202012Validator(_SCHEMA)


def protocol_check(body: Protocol) -> None:
    """Check a protocol against its schema and against itself.

    Raises:
        DesignError: naming the first key that is wrong, or a question key or option that comes twice.
    """
    problem = next(iter(sorted(_VALIDATOR.iter_errors(body), key=lambda error: list(map(str, error.path)))), None)
    if problem is not None:
        where = ".".join(map(str, problem.absolute_path)) or "protocol"
        raise DesignError(f"{where}: {problem.message}", field=where)
    keys = [question["key"] for question in body["questions"]]
    _check_unique(keys, "questions")
    if "origin" not in keys:
        raise DesignError("questions: expected one with the key 'origin' (real or synthetic)", field="questions")
    for question in body["questions"]:
        _check_unique([option["value"] for option in question["options"]], question["key"])
        for option in question["options"]:
            _check_descriptors(option, question["key"])


def protocol_hash(body: Protocol) -> str:
    """Return the SHA-256 of the protocol's canonical JSON, in hexadecimal: printed wherever the study is named."""
    return canonical_hash(body)


def question_by_key(body: Protocol, key: str) -> dict[str, Any] | None:
    """Return the question with this key, or None when the protocol doesn't ask it."""
    return next((question for question in body["questions"] if question["key"] == key), None)


def _check_descriptors(option: dict[str, Any], field: str) -> None:
    descriptors = option.get("descriptors", [])
    _check_unique([descriptor["key"] for descriptor in descriptors], field)
    for descriptor in descriptors:
        _check_unique([one["value"] for one in descriptor["options"]], field)


def _check_unique(values: list[Any], field: str) -> None:
    doubled = sorted({str(value) for value in values if values.count(value) > 1})
    if doubled:
        raise DesignError(f"{field}: got {', '.join(doubled)} more than once, expected each once", field=field)
