"""Questions are checked against each other: conditions look back, kinds have what they need."""

import pytest

from studies.design.errors import DesignError
from studies.design.protocol import questions_check


def _question(key, kind="choice", **more):
    options = [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]
    body = {"key": key, "kind": kind, "label": key.title(), "required": True}
    return body | ({"options": options} if kind in ("choice", "scale", "multiple", "marks") else {}) | more


def test_a_condition_on_an_earlier_answer_is_taken():
    questions_check([_question("first"), _question("second", "text", when={"question": "first", "is": ["b"]})])


@pytest.mark.parametrize(
    ("questions", "field"),
    [
        ([_question("one", when={"question": "two", "is": ["a"]}), _question("two")], "one"),
        ([_question("one"), _question("two", when={"question": "one", "is": ["c"]})], "two"),
        ([_question("one", "text"), _question("two", when={"question": "one", "is": ["a"]})], "two"),
        ([_question("one") | {"kind": "text"}], "one"),
        ([{"key": "one", "kind": "choice", "label": "One", "required": True}], "one"),
        ([_question("one", "number", minimum=5, maximum=4)], "one"),
        ([_question("one"), _question("one")], "questions"),
    ],
    ids=["later", "no such option", "on a text", "text with options", "choice without", "empty range", "twice"],
)
def test_a_wrong_question_is_named(questions, field):
    with pytest.raises(DesignError) as caught:
        questions_check(questions)
    assert caught.value.field == field
