"""A quiz written as text, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studies.design.errors import DesignError
from studies.design.quiz_text import quiz_items, quiz_text
from studies.design.templates import standard_flow

WORDS = st.text("abcdefghij ?!,()*-", min_size=1, max_size=30).map(lambda text: "w" + " ".join(text.split()))
ITEMS = st.builds(
    lambda question, options, at: {"question": question, "options": options, "correct": at % len(options)},
    WORDS,
    st.lists(WORDS, min_size=2, max_size=6),
    st.integers(0, 5),
)


@given(st.lists(ITEMS, min_size=1, max_size=10))
def test_text_and_back_is_the_same_quiz(items):
    assert quiz_items(quiz_text(items)) == items


def test_standard_quiz_reads_as_a_person_would_write_it():
    assert quiz_text(standard_flow()["quiz"][:1]) == "Can an answer be changed after it is sent?\n- Yes\n* No"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "0 questions"),
        ("\n\n".join(["Q\n- a\n* b"] * 11), "11 questions"),
        ("- a\n* b", "no question above"),
        ("Q\n- a\n- b", "0 right answers"),
        ("Q\n* a\n* b", "2 right answers"),
        ("Q\n* a", "1 answers"),
        ("Q\n* a\nb", "before “b”"),
        ("Q\n*\n- b", "answers"),
    ],
)
def test_what_is_wrong_is_named(text, words):
    with pytest.raises(DesignError, match=words) as told:
        quiz_items(text)
    assert told.value.field == "quiz"
