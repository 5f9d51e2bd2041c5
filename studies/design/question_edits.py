"""Changes to a list of questions: each takes the list and returns another."""

from __future__ import annotations

from collections.abc import Sequence

from studies.design.errors import DesignError
from studies.design.protocol.questions import KINDS
from studies.design.question_set import Preset, Question

MOST = 20  # as the protocol's schema has it


def questions_added(questions: Sequence[Question], preset: Preset) -> list[Question]:
    """Return the questions with a preset's after them; a blank one gets a key of its own.

    Raises:
        DesignError: when all of them are asked already, or there would be more than `MOST`.
    """
    known = {question["key"] for question in questions}
    new = preset.make()
    if preset.blank:
        new = [question | {"key": _free(question["key"], known)} for question in new]
    new = [question for question in new if question["key"] not in known]
    if not new:
        raise DesignError(f"“{preset.label}” is asked already.")
    if len(questions) + len(new) > MOST:
        raise DesignError(f"A study asks at most {MOST} questions here. Remove one first.")
    return [*questions, *new]


def question_removed(questions: Sequence[Question], key: str) -> list[Question]:
    """Return the questions without this one.

    Raises:
        DesignError: when there is none with this key, or another is asked only after one of its answers.
    """
    place = place_of(questions, key)
    for question in questions:
        if question.get("when", {}).get("question") == key:
            raise DesignError(f"“{question['label']}” depends on it. Ask that one always, or remove it first.")
    return [*questions[:place], *questions[place + 1 :]]


def question_moved(questions: Sequence[Question], key: str, by: int) -> list[Question]:
    """Return the questions with one moved, as far as there is room.

    Args:
        questions: in order.
        key: of the one to move.
        by: places; below zero is up.

    Raises:
        DesignError: when there is none with this key, or a question would come before the one it depends on.
    """
    place = place_of(questions, key)
    moved = list(questions)
    moved.insert(min(max(place + by, 0), len(moved) - 1), moved.pop(place))
    seen: set[str] = set()
    for question in moved:
        needed = question.get("when", {}).get("question")
        if needed is not None and needed not in seen:
            raise DesignError(f"“{question['label']}” is asked after an answer, so it stays below that question.")
        seen.add(question["key"])
    return moved


def question_changed(questions: Sequence[Question], key: str, new: Question) -> list[Question]:
    """Return the questions with one replaced; conditions on it follow its new key.

    Raises:
        DesignError: when there is none with this key, the new key is another's, or a condition elsewhere asks for
            an option that is gone.
    """
    place = place_of(questions, key)
    if new["key"] != key and any(question["key"] == new["key"] for question in questions):
        raise DesignError(f"Another question has the name “{new['key']}”. Give each its own.", field="key")
    changed = [_following(question, key, new) for question in questions]
    changed[place] = new
    return changed


def place_of(questions: Sequence[Question], key: str) -> int:
    """Return the place of the question with this key.

    Raises:
        DesignError: when there is none.
    """
    for place, question in enumerate(questions):
        if question["key"] == key:
            return place
    raise DesignError("This question is no longer there. Somebody may have removed it.")


def kind_words(kind: str) -> str:
    """Return what a kind of question is called."""
    words = ("one of several", "a scale", "any of several", "marks on the image", "words", "a number")
    return dict(zip(KINDS, words, strict=True))[kind]


def _following(question: Question, key: str, new: Question) -> Question:
    condition = question.get("when")
    if condition is None or condition["question"] != key:
        return question
    allowed = [option["value"] for option in new.get("options", [])]
    if any(value not in allowed for value in condition["is"]):
        raise DesignError(
            f"“{question['label']}” is asked only after an option that you removed. Change that one first.",
            field="options",
        )
    return question | {"when": condition | {"question": new["key"]}}


def _free(key: str, known: set[str]) -> str:
    return next(name for name in (f"{key}_{number}" for number in range(1, 100)) if name not in known)
