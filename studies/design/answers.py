"""Checks an answer against the questions of its protocol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from studies.design.errors import DesignError, UnansweredError, UnknownOptionError

Question = Mapping[str, Any]
TEXT_MOST = 2000


def answers_check(questions: Sequence[Question], answers: object) -> None:
    """Check that every question that is asked and required has an answer, and every answer is one it allows.

    Args:
        questions: the protocol's questions; those of the kind "marks" are checked by `studies.design.marks`.
        answers: what came, keyed by question.

    Raises:
        UnansweredError: when a required one has none.
        UnknownOptionError: when an answer is none of the options.
        DesignError: for anything else; all name the question.
    """
    if not isinstance(answers, Mapping):
        raise DesignError(f"answers: got {type(answers).__name__}, expected an object", field="answers")
    known = {question["key"]: question for question in questions if question["kind"] != "marks"}
    for key in answers:
        if key not in known:
            raise DesignError(f"{str(key)[:40]!r} is not a question of this study.", field="answers")
    for key, question in known.items():
        if not asked(question, answers):
            if key in answers:
                raise DesignError(f"{question['label']} was not asked after the answer before it.", field=key)
        elif answers.get(key) is None:
            _absent_check(question, answers)
        else:
            _CHECKS[question["kind"]](question, answers[key])


def asked(question: Question, answers: Mapping[str, Any]) -> bool:
    """Tell whether a question is asked, given the answers so far: always, or as its condition says."""
    condition = question.get("when")
    if condition is None:
        return True
    given = answers.get(condition["question"])
    said = given if isinstance(given, list) else [given]
    return any(_same(value, one) for value in said for one in condition["is"])


def _absent_check(question: Question, answers: Mapping[str, Any]) -> None:
    if question["required"]:
        raise UnansweredError(f"{question['label']} has no answer.", field=question["key"])
    if question["key"] in answers:
        raise DesignError(f"{question['label']}: leave it out when there is no answer.", field=question["key"])


def _same(left: object, right: object) -> bool:
    # True == 1 in Python; an answer of another type is another answer.
    return type(left) is type(right) and left == right


def _option_check(question: Question, value: object) -> None:
    if any(_same(option["value"], value) for option in question["options"]):
        return
    allowed = ", ".join(str(option["value"]) for option in question["options"])
    raise UnknownOptionError(
        f"{question['label']}: got {str(value)[:40]!r}, expected one of {allowed}", field=question["key"]
    )


def _several_check(question: Question, value: object) -> None:
    if not isinstance(value, list) or not value:
        raise DesignError(f"{question['label']}: expected a list of at least one answer", field=question["key"])
    for one in value:
        _option_check(question, one)
    if len({str(one) for one in value}) < len(value):
        raise DesignError(f"{question['label']}: got an answer twice", field=question["key"])


def _text_check(question: Question, value: object) -> None:
    most = question.get("longest", TEXT_MOST)
    if not isinstance(value, str) or not value.strip():
        raise DesignError(f"{question['label']}: expected words", field=question["key"])
    if len(value) > most:
        raise DesignError(
            f"{question['label']}: got {len(value)} characters, expected at most {most}", field=question["key"]
        )


def _number_check(question: Question, value: object) -> None:
    low, high = question.get("minimum", float("-inf")), question.get("maximum", float("inf"))
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        expected = "a number" if "minimum" not in question else f"a number from {low} to {high}"
        raise DesignError(
            f"{question['label']}: got {str(value)[:40]!r}, expected {expected}", field=question["key"]
        )


_CHECKS = {
    "choice": _option_check,
    "scale": _option_check,
    "multiple": _several_check,
    "text": _text_check,
    "number": _number_check,
}
