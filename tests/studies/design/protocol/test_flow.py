"""The parts around the test cases are checked like the cases' questions."""

import pytest

from studies.design.errors import DesignError
from studies.design.protocol import protocol_check
from studies.design.templates import paper_protocol

YEARS = {
    "key": "years",
    "kind": "number",
    "label": "Years of reading",
    "required": True,
    "minimum": 0,
    "unit": "years",
}
MARKS = {
    "key": "spot",
    "kind": "marks",
    "label": "Where",
    "required": False,
    "options": [{"value": "a", "label": "A"}],
}


def _with(flow):
    body = paper_protocol()
    body["flow"] = flow
    return body


def test_a_whole_flow_is_taken():
    flow = {
        "consent": {"text": "Your answers are kept under a code.", "statements": ["I take part."]},
        "display_check": "required",
        "questionnaire": [YEARS],
        "quiz": [{"question": "May an answer be changed?", "options": ["Yes", "No"], "correct": 1}],
        "training": {"feedback": True},
        "debrief": [{"key": "cues", "kind": "text", "label": "Which cues did you use?", "required": False}],
    }
    protocol_check(_with(flow))


@pytest.mark.parametrize(
    ("flow", "field"),
    [
        ({"questionnaire": [YEARS, YEARS]}, "flow.questionnaire"),
        ({"debrief": [MARKS]}, "flow.debrief"),
        ({"quiz": [{"question": "Which?", "options": ["A", "B"], "correct": 2}]}, "flow.quiz.0.correct"),
        ({"display_check": "maybe"}, "flow.display_check"),
        ({"music": True}, "flow"),
    ],
)
def test_a_wrong_part_is_named(flow, field):
    with pytest.raises(DesignError) as caught:
        protocol_check(_with(flow))
    assert caught.value.field == field
