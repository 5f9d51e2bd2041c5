"""Answers are checked against the protocol, whatever a client sends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studies.design.answers import answers_check
from studies.design.errors import DesignError
from studies.design.templates import paper_protocol

QUESTIONS = paper_protocol()["questions"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=8),
    max_leaves=10,
)


def outcome(check):
    """None when the check passes, else the field that it names; any other error is a failure."""
    try:
        return check()
    except DesignError as error:
        return error.field


def test_complete_answers_pass_with_and_without_the_optional_one():
    answers_check(QUESTIONS, {"origin": "real", "confidence": 1, "birads": "0"})
    answers_check(QUESTIONS, {"origin": "synthetic", "confidence": 3, "birads": "5", "density": "d"})


@given(JSON)
def test_answers_of_any_shape_pass_or_raise_a_design_error(value):
    assert outcome(lambda: answers_check(QUESTIONS, value)) != ""


def test_null_for_an_optional_answer_is_refused():
    with pytest.raises(DesignError) as caught:
        answers_check(QUESTIONS, {"origin": "real", "confidence": 1, "birads": "0", "density": None})
    assert caught.value.field == "density"


OPTIONS = [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]
KINDS = [
    {"key": "which", "kind": "choice", "label": "Which", "required": True, "options": OPTIONS},
    {"key": "why", "kind": "text", "label": "Why", "required": True, "longest": 5,
     "when": {"question": "which", "is": ["b"]}},
    {"key": "cues", "kind": "multiple", "label": "Cues", "required": False, "options": OPTIONS},
    {"key": "years", "kind": "number", "label": "Years", "required": False, "minimum": 0, "maximum": 60},
]  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"which": "a"}, None),
        ({"which": "b", "why": "edges"}, None),
        ({"which": "a", "cues": ["a", "b"], "years": 3.5}, None),
        ({"which": "b"}, "why"),
        ({"which": "a", "why": "edges"}, "why"),
        ({"which": "b", "why": "  "}, "why"),
        ({"which": "b", "why": "too long"}, "why"),
        ({"which": "a", "cues": []}, "cues"),
        ({"which": "a", "cues": ["a", "a"]}, "cues"),
        ({"which": "a", "cues": ["c"]}, "cues"),
        ({"which": "a", "cues": "a"}, "cues"),
        ({"which": "a", "years": True}, "years"),
        ({"which": "a", "years": 61}, "years"),
        ({"which": "a", "years": float("nan")}, "years"),
    ],
)
def test_every_kind_and_a_condition(answers, field):
    found = outcome(lambda: answers_check(KINDS, answers))
    assert found == field
