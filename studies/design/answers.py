"""Checks an answer against the questions of its protocol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from studies.design.errors import DesignError


def answers_check(questions: Sequence[Mapping[str, Any]], answers: object) -> None:
    """Check that every required question is answered and every answer is one of its options.

    Args:
        questions: the protocol's questions; those of the kind "marks" are checked by `studies.design.marks`.
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


def _check_option(question: Mapping[str, Any], value: object) -> None:
    for option in question["options"]:
        # True == 1 in Python; an answer of another type is another answer.
        if type(option["value"]) is type(value) and option["value"] == value:
            return
    allowed = ", ".join(str(option["value"]) for option in question["options"])
    raise DesignError(
        f"{question['label']}: got {str(value)[:40]!r}, expected one of {allowed}", field=question["key"]
    )
