"""What comes before, between and after the test cases. Every part may be left out."""

from __future__ import annotations

from typing import Any

from studies.design.errors import DesignError
from studies.design.protocol.questions import QUESTIONS, questions_check
from studies.design.protocol.words import TEXT, Schema, closed

_STATEMENTS: Schema = {"type": "array", "items": TEXT, "minItems": 1, "maxItems": 10}
_QUIZ_ITEM = closed(
    {"question": TEXT, "options": {"type": "array", "items": TEXT, "minItems": 2, "maxItems": 6},
     "correct": {"type": "integer", "minimum": 0, "maximum": 5}},
    ("question", "options", "correct"),
)  # fmt: skip
FLOW = closed(
    {
        "consent": closed({"text": TEXT, "statements": _STATEMENTS}, ("text", "statements")),
        # "required": no reading without a passed check of this device; "offered": the result is recorded.
        "display_check": {"enum": ["required", "offered"]},
        "questionnaire": QUESTIONS,
        "quiz": {"type": "array", "items": _QUIZ_ITEM, "minItems": 1, "maxItems": 10},
        "training": closed({"feedback": {"type": "boolean"}}, ("feedback",)),
        "debrief": QUESTIONS,
    }
)
READING = closed(
    {
        "break_every": {"type": "integer", "minimum": 5, "maximum": 1000},
        # What must have been seen before an answer counts as complete.
        "require": {"enum": ["one_to_one", "walk"]},
    }
)


def flow_check(body: dict[str, Any]) -> None:
    """Check the flow of a protocol that meets the schema.

    Raises:
        DesignError: naming the questionnaire, debrief or quiz item that is wrong.
    """
    flow = body.get("flow", {})
    for part in ("questionnaire", "debrief"):
        if part in flow:
            questions_check(flow[part], f"flow.{part}")
            if any(question["kind"] == "marks" for question in flow[part]):
                raise DesignError(f"flow.{part}: marks belong to a case", field=f"flow.{part}")
    for place, item in enumerate(flow.get("quiz", [])):
        if item["correct"] >= len(item["options"]):
            field = f"flow.quiz.{place}.correct"
            raise DesignError(f"{field}: got {item['correct']}, expected the place of an option", field=field)
