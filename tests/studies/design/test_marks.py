"""Marks are checked against their schema, the protocol and the image, whatever a client sends."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from studies.design.errors import DesignError, OutsideImageError
from studies.design.marks import MARK_SCHEMA, MARKS_MOST, POINTS_MOST, SHAPES, marks_check
from studies.design.templates import paper_protocol

QUESTIONS = paper_protocol()["questions"]
MARK = {"id": "a", "finding": "mass", "shape": "ellipse", "x": 0, "y": 0, "width": 10, "height": 10}
OUTLINE = MARK | {"shape": "polygon", "points": [[0, 0], [10, 2.5], [4, 10]]}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=8),
    max_leaves=10,
)
FIELDS = st.fixed_dictionaries({}, optional=dict.fromkeys([*MARK, "points", "descriptors"], JSON))


def outcome(value):
    """None when the check passes, else the field that it names; any other error is a failure."""
    try:
        return marks_check(QUESTIONS, value, rows=100, columns=80)
    except DesignError as error:
        return error.field


def check(*marks):
    return marks_check(QUESTIONS, list(marks), rows=100, columns=80)


@given(JSON | FIELDS.map(lambda changed: [MARK | changed]) | FIELDS.map(lambda changed: [OUTLINE | changed]))
def test_marks_of_any_shape_pass_or_raise_a_design_error(value):
    assert outcome(value) in {None, "marks"}


def test_schema_is_a_schema_and_names_every_shape():
    Draft202012Validator.check_schema(MARK_SCHEMA)
    assert json.loads(json.dumps(MARK_SCHEMA))["properties"]["shape"]["enum"] == list(SHAPES)


@pytest.mark.parametrize("shape", ["rectangle", "ellipse"])
def test_mark_that_touches_the_edge_passes_and_a_quarter_beyond_is_outside(shape):
    check(MARK | {"shape": shape, "x": 70, "y": 90})
    for place in ({"x": 70.25, "y": 90}, {"x": 70, "y": 90.25}, {"x": -0.25}, {"y": -0.25}):
        with pytest.raises(OutsideImageError, match="outside the image of 80 × 100 pixels"):
            check(MARK | {"shape": shape} | place)


def test_point_has_no_size_and_the_others_do():
    check(MARK | {"shape": "point", "width": 0, "height": 0})
    with pytest.raises(DesignError, match="without width"):
        check(MARK | {"shape": "point"})
    with pytest.raises(DesignError, match="above 0"):
        check(MARK | {"width": 0})


@pytest.mark.parametrize("shape", ["polygon", "freehand"])
def test_outline_has_points_and_the_box_around_them(shape):
    check(OUTLINE | {"shape": shape})
    with pytest.raises(DesignError, match="points for polygon and freehand alone"):
        check(MARK | {"shape": shape})
    with pytest.raises(DesignError, match="box around its points"):
        check(OUTLINE | {"shape": shape, "width": 9})
    with pytest.raises(DesignError, match="points"):
        check(OUTLINE | {"shape": shape, "points": [[0, 0], [10, 10]]})
    with pytest.raises(OutsideImageError):
        check(OUTLINE | {"shape": shape, "width": 81, "points": [[0, 0], [81, 2.5], [4, 10]]})


def test_points_do_not_belong_to_an_ellipse():
    with pytest.raises(DesignError, match="alone"):
        check(OUTLINE | {"shape": "ellipse"})


def test_descriptors_are_those_that_the_finding_offers():
    check(MARK | {"descriptors": {"shape": "oval", "margin": "spiculated"}})
    for wrong in ({"shape": "square"}, {"distribution": "linear"}):
        with pytest.raises(DesignError, match="not offered for Mass"):
            check(MARK | {"descriptors": wrong})
    with pytest.raises(DesignError, match="descriptors"):
        check(MARK | {"descriptors": {}})


def test_finding_and_shape_are_the_protocols():
    with pytest.raises(DesignError, match="'cyst' is not a finding of this study"):
        check(MARK | {"finding": "cyst"})
    plain = [{"kind": "marks", "options": [{"value": "mass", "label": "Mass", "shapes": ["point"]}]}]
    with pytest.raises(DesignError, match="expected a shape of point"):
        marks_check(plain, [MARK], rows=100, columns=80)


@pytest.mark.parametrize("value", [math.nan, math.inf, True, "3", None, 1e7])
def test_only_finite_numbers_are_places(value):
    with pytest.raises(DesignError, match="Mark 1"):
        check(MARK | {"x": value})


def test_too_many_marks_and_points_and_doubled_ids_are_refused():
    with pytest.raises(DesignError, match="at most"):
        check(*[MARK | {"id": str(i)} for i in range(MARKS_MOST + 1)])
    with pytest.raises(DesignError, match="points"):
        check(OUTLINE | {"points": [[0, 0]] * (POINTS_MOST + 1)})
    with pytest.raises(DesignError, match="same id"):
        check(MARK, MARK)
