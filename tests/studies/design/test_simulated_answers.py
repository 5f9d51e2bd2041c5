"""Simulated readers fill in what a protocol asks, and nothing else."""

from __future__ import annotations

import random

import pytest

from studies.design.answers import answers_check
from studies.design.marks import marks_check
from studies.design.simulated_answers import simulated_answers, simulated_marks, simulated_seconds
from studies.design.templates import paper_protocol, standard_flow

FLOW = standard_flow()
FOLLOWED = [
    {"key": "seen", "kind": "choice", "label": "Seen", "required": True,
     "options": [{"value": "yes", "label": "Yes"}, {"value": "no", "label": "No"}]},
    {"key": "where", "kind": "text", "label": "Where", "required": True,
     "when": {"question": "seen", "is": ["yes"]}},
]  # fmt: skip


@pytest.mark.parametrize(
    "questions", [paper_protocol()["questions"], FLOW["questionnaire"], FLOW["debrief"], FOLLOWED]
)
def test_simulated_answers_are_ones_that_the_protocol_takes(questions):
    for seed in range(50):
        rng = random.Random(seed)
        answers_check(questions, simulated_answers(questions, rng.gauss(0, 1), rng))


def test_simulated_answers_say_what_the_decision_variable_says():
    questions = paper_protocol()["questions"]
    said = [simulated_answers(questions, call, random.Random(1)) for call in (-2.0, -0.1, 0.1, 2.0)]
    assert [(one["origin"], one["confidence"]) for one in said] == [
        ("real", 3), ("real", 1), ("synthetic", 1), ("synthetic", 3),
    ]  # fmt: skip


def test_simulated_marks_lie_inside_the_picture():
    questions, rng = paper_protocol()["questions"], random.Random(2)
    drawn = [simulated_marks(questions, 64, 52, rng) for _ in range(200)]
    for marks in drawn:
        marks_check(questions, marks, rows=64, columns=52)
    assert 30 < sum(map(len, drawn)) < 90


def test_simulated_seconds_shorten_with_practice():
    rng = random.Random(3)
    first = [simulated_seconds(1, rng) for _ in range(2000)]
    later = [simulated_seconds(300, rng) for _ in range(2000)]
    assert 0.6 < sum(later) / sum(first) < 0.8
