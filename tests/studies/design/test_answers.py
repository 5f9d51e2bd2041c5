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
