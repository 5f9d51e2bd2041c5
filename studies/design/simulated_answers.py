"""What a simulated reader fills in: the answers to a protocol's questions, marks, and the time taken."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from typing import Any

from studies.design.answers import asked
from studies.design.marks import DEFAULT_SHAPES

Question = Mapping[str, Any]
STEP = 0.6  # of the decision variable, from one degree of certainty to the next
MEDIAN_S, SPREAD, SPEED_UP = 14.0, 0.5, 0.3  # of a reading: median, log SD, and the share gained in the long run
LEARNED_AFTER = 40.0  # readings
MARK_SHARE = 0.3


def simulated_answers(questions: Sequence[Question], call: float, rng: random.Random) -> dict[str, Any]:
    """Answer every question that is asked; the main one and certainty by the decision variable, others by chance.

    Args:
        questions: of a case, or of a questionnaire.
        call: above 0 the reader says synthetic, of two pictures the right one.
        rng: source of randomness.
    """
    answers: dict[str, Any] = {}
    for question in questions:
        if question["kind"] == "marks" or not asked(question, answers):
            continue
        if question["required"] or rng.random() < 0.5:
            answers[question["key"]] = _answer(question, call, rng)
    return answers


def simulated_marks(
    questions: Sequence[Question], rows: int, columns: int, rng: random.Random
) -> list[dict[str, Any]]:
    """Return at most one mark, inside the picture.

    Args:
        questions: of the case.
        rows: of the picture.
        columns: of the picture.
        rng: source of randomness.
    """
    kinds = [question for question in questions if question["kind"] == "marks"]
    if not kinds or rng.random() >= MARK_SHARE:
        return []
    finding = rng.choice(kinds[0]["options"])
    shape = next((one for one in finding.get("shapes", DEFAULT_SHAPES) if one in ("ellipse", "rectangle")), "")
    if not shape:
        return []
    width, height = columns // 8, rows // 8
    x, y = rng.randrange(columns - width), rng.randrange(rows - height)
    size = {"x": x, "y": y, "width": width, "height": height}
    return [{"id": f"m{rng.getrandbits(32):08x}", "finding": finding["value"], "shape": shape} | size]


def simulated_seconds(index: int, rng: random.Random) -> float:
    """Return how long a reading takes: log-normal, and faster as the reader gets used to it.

    Args:
        index: of the case in the reader's order, from 1.
        rng: source of randomness.
    """
    learned = 1 - SPEED_UP * (1 - math.exp(-index / LEARNED_AFTER))
    return MEDIAN_S * learned * math.exp(rng.gauss(0, SPREAD))


def _answer(question: Question, call: float, rng: random.Random) -> Any:
    key, kind = question["key"], question["kind"]
    if kind == "text":
        return "Simulated"
    if kind == "number":
        low, high = question.get("minimum", 0), question.get("maximum", 100)
        return min(math.ceil(low) + rng.randrange(10), math.floor(high))
    values = [option["value"] for option in question["options"]]
    if key == "origin":
        return "synthetic" if call > 0 else "real"
    if key == "side":
        return "right" if call > 0 else "left"
    if key == "confidence":
        return values[min(int(abs(call) / STEP), len(values) - 1)]
    chosen = rng.choice(values)
    return [chosen] if kind == "multiple" else chosen
