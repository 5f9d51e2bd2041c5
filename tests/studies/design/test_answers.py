"""Marks and answers are checked against the protocol, whatever a client sends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studies.design.answers import MARKS_MOST, answers_check, marks_check
from studies.design.errors import DesignError
from studies.design.templates import paper_protocol

QUESTIONS = paper_protocol()["questions"]
MARK = {"id": "a", "finding": "mass", "shape": "ellipse", "x": 0, "y": 0, "width": 10, "height": 10}
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


@given(JSON)
def test_marks_of_any_shape_pass_or_raise_a_design_error(value):
    assert outcome(lambda: marks_check(QUESTIONS, value, rows=100, columns=80)) in {None, "marks"}


def test_null_for_an_optional_answer_is_refused():
    with pytest.raises(DesignError) as caught:
        answers_check(QUESTIONS, {"origin": "real", "confidence": 1, "birads": "0", "density": None})
    assert caught.value.field == "density"


def test_mark_that_touches_the_edge_passes_and_a_pixel_beyond_fails():
    marks_check(QUESTIONS, [MARK | {"x": 70, "y": 90}], rows=100, columns=80)
    with pytest.raises(DesignError, match="outside"):
        marks_check(QUESTIONS, [MARK | {"x": 70.5, "y": 90}], rows=100, columns=80)


def test_point_needs_no_size_and_ellipse_does():
    marks_check(QUESTIONS, [MARK | {"shape": "point", "width": 0, "height": 0}], rows=100, columns=80)
    with pytest.raises(DesignError, match="above 0"):
        marks_check(QUESTIONS, [MARK | {"width": 0}], rows=100, columns=80)


def test_too_many_marks_are_refused():
    marks = [MARK | {"id": str(i)} for i in range(MARKS_MOST + 1)]
    with pytest.raises(DesignError, match="at most"):
        marks_check(QUESTIONS, marks, rows=100, columns=80)
