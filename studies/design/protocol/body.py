"""The whole document: its schema, its check and its hash."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator

from studies.design.canonical import canonical_hash
from studies.design.errors import DesignError
from studies.design.protocol.design import DESIGN, design_check
from studies.design.protocol.flow import FLOW, READING, flow_check
from studies.design.protocol.questions import QUESTIONS, questions_check
from studies.design.protocol.words import KEY, TEXT, Schema, closed, schema_check

Protocol = dict[str, Any]

# The question that the main analysis is about, by allocation: two pictures at once are told apart by side.
MAIN_QUESTION = {"pairs": ("side", ("left", "right"))}
ORIGIN = ("origin", ("real", "synthetic"))

_SIZE: Schema = {"type": "integer", "minimum": 64, "maximum": 8192}
_ANALYSIS = closed(
    {
        "positive": {"const": "synthetic"},
        "measure": {"enum": ["balanced_accuracy", "proportion_correct"]},
        "confidence": {"type": "number", "exclusiveMinimum": 0.5, "exclusiveMaximum": 1},
        "margin": {"type": "number", "exclusiveMinimum": 0, "maximum": 0.5},
    },
    ("positive", "measure", "confidence", "margin"),
)
_SCHEMA = closed(
    {
        "schema": {"const": 1},
        "template": KEY,
        "questions": QUESTIONS,
        "instructions": TEXT,
        "stated_prevalence": TEXT,
        "revisions": {"enum": ["none"]},
        "exclusions": {"type": "array", "items": TEXT},
        "design": DESIGN,
        "picture": closed({"rows": _SIZE, "columns": _SIZE}, ("rows", "columns")),
        "analysis": _ANALYSIS,
        "flow": FLOW,
        "reading": READING,
    },
    (
        "schema", "template", "questions", "instructions", "stated_prevalence", "revisions", "exclusions",
        "design", "picture", "analysis",
    ),
)  # fmt: skip
_VALIDATOR = Draft202012Validator(_SCHEMA)


def protocol_check(body: Protocol) -> None:
    """Check a protocol against its schema and against itself.

    Raises:
        DesignError: naming the first key that is wrong, or a question key or option that comes twice.
    """
    schema_check(_VALIDATOR, body, "protocol")
    questions_check(body["questions"])
    _main_question_check(body)
    flow_check(body)
    design_check(body)


def protocol_hash(body: Protocol) -> str:
    """Return the SHA-256 of the protocol's canonical JSON, in hexadecimal: printed wherever the study is named."""
    return canonical_hash(body)


def _main_question_check(body: Protocol) -> None:
    key, values = MAIN_QUESTION.get(body["design"]["allocation"], ORIGIN)
    asked = next((question for question in body["questions"] if question["key"] == key), None)
    if asked is None or {option["value"] for option in asked.get("options", [])} != set(values):
        raise DesignError(
            f"questions: expected one with the key {key!r} and the options {' and '.join(values)}",
            field="questions",
        )
