"""A quiz as plain text, as a study admin writes it: a question, and its answers below it."""

from __future__ import annotations

from typing import Any

from studies.design.errors import DesignError

WRONG, RIGHT = "-", "*"
MOST_ITEMS, MOST_OPTIONS = 10, 6


def quiz_text(items: list[dict[str, Any]]) -> str:
    """Return the quiz as text: an empty line between items, `*` before the right answer, `-` before others."""
    return "\n\n".join(
        "\n".join(
            [item["question"]]
            + [
                f"{RIGHT if place == item['correct'] else WRONG} {one}"
                for place, one in enumerate(item["options"])
            ]
        )
        for item in items
    )


def quiz_items(text: str) -> list[dict[str, Any]]:
    """Return the items of a quiz that was written as text.

    Raises:
        DesignError: naming the question that has no right answer, more than one, or too few or too many answers.
    """
    blocks = [block for block in _blocks(text) if block]
    if not 1 <= len(blocks) <= MOST_ITEMS:
        raise DesignError(f"The quiz has {len(blocks)} questions, expected 1 to {MOST_ITEMS}.", field="quiz")
    return [_item(block) for block in blocks]


def _blocks(text: str) -> list[list[str]]:
    blocks: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.strip():
            blocks[-1].append(" ".join(line.split()))
        else:
            blocks.append([])
    return blocks


def _item(lines: list[str]) -> dict[str, Any]:
    question, answers = lines[0], lines[1:]
    if question[0] in WRONG + RIGHT:
        raise DesignError(f"“{question}” has no question above it.", field="quiz")
    unmarked = [line for line in answers if line[0] not in WRONG + RIGHT]
    if unmarked:
        raise DesignError(f"“{question}”: expected - or * before “{unmarked[0]}”.", field="quiz")
    options = [line[1:].strip() for line in answers]
    if not 2 <= len(options) <= MOST_OPTIONS or not all(options):
        raise DesignError(f"“{question}” has {len(options)} answers, expected 2 to {MOST_OPTIONS}.", field="quiz")
    right = [place for place, line in enumerate(answers) if line[0] == RIGHT]
    if len(right) != 1:
        raise DesignError(f"“{question}” has {len(right)} right answers, expected one with *.", field="quiz")
    return {"question": question, "options": options, "correct": right[0]}
