"""Questions are added, moved, changed and removed, and every list that comes out is one a protocol may have."""

from __future__ import annotations

import pytest

from studies.design.errors import DesignError
from studies.design.protocol import questions_check
from studies.design.protocol.questions import KINDS
from studies.design.question_edits import (
    MOST,
    kind_words,
    question_changed,
    question_moved,
    question_removed,
    questions_added,
)
from studies.design.question_set import BLANKS, PRESETS, birads, comment, confidence, origin

ASKED = [origin(), confidence(), birads(), comment() | {"when": {"question": "birads", "is": ["4", "5"]}}]


def keys(questions):
    return [question["key"] for question in questions]


@pytest.mark.parametrize("part", PRESETS)
def test_every_preset_makes_valid_questions_in_any_order(part):
    questions = []
    for preset in reversed(PRESETS[part]):
        if preset.key != "side":
            questions = questions_added(questions, preset)
    questions_check(questions)


def test_a_blank_preset_may_be_added_again_and_others_not():
    twice = questions_added(questions_added(ASKED, BLANKS[0]), BLANKS[0])
    assert keys(twice)[-2:] == ["question_1", "question_2"]
    with pytest.raises(DesignError, match="asked already"):
        questions_added(ASKED, PRESETS["questions"][2])


def test_what_is_asked_already_is_left_out_of_a_preset():
    assert keys(questions_added([origin()], PRESETS["questions"][0])) == ["origin", "confidence"]


def test_there_is_an_end_to_questions():
    many = ASKED
    while len(many) < MOST:
        many = questions_added(many, BLANKS[-1])
    with pytest.raises(DesignError, match=f"at most {MOST}"):
        questions_added(many, BLANKS[-1])


def test_a_question_moves_as_far_as_there_is_room_and_stays_below_what_it_depends_on():
    assert keys(question_moved(ASKED, "birads", -1)) == ["origin", "birads", "confidence", "comment"]
    assert keys(question_moved(ASKED, "origin", -1)) == keys(ASKED)
    with pytest.raises(DesignError, match="stays below"):
        question_moved(ASKED, "birads", 1)


def test_a_question_on_which_another_depends_is_not_removed():
    assert keys(question_removed(ASKED, "confidence")) == ["origin", "birads", "comment"]
    with pytest.raises(DesignError, match="depends on it"):
        question_removed(ASKED, "birads")
    with pytest.raises(DesignError, match="no longer there"):
        question_removed(ASKED, "gone")


def test_conditions_follow_a_new_key_and_hold_the_options_that_they_need():
    renamed = question_changed(ASKED, "birads", birads() | {"key": "category"})
    assert renamed[-1]["when"] == {"question": "category", "is": ["4", "5"]}
    questions_check(renamed)
    with pytest.raises(DesignError, match="option that you removed"):
        question_changed(ASKED, "birads", birads() | {"options": birads()["options"][:3]})
    with pytest.raises(DesignError, match="Another question"):
        question_changed(ASKED, "birads", birads() | {"key": "origin"})
    assert ASKED[-1]["when"]["question"] == "birads"


def test_every_kind_has_its_words():
    assert len({kind_words(kind) for kind in KINDS}) == len(KINDS)
