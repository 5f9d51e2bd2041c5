from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.core.errors import DomainError
from webapp.generation.batches.distribution import Row, row_words, rows_checked, rows_like, shared_out


@given(st.integers(1, 500), st.lists(st.integers(1, 40), min_size=1, max_size=30))
def test_shared_out_sums_to_the_total_and_is_never_off_by_one(total, weights):
    counts = shared_out(total, weights)
    assert sum(counts) == total
    assert all(
        abs(count - total * weight / sum(weights)) < 1 for count, weight in zip(counts, weights, strict=True)
    )


def test_rows_like_keep_the_originals_distribution(card):
    originals = [{"birads": "4", "view": "CC"}] * 3 + [{"birads": "1", "view": "MLO"}]
    rows, unknown = rows_like(card, originals, 8)
    assert rows == [Row({"birads": "1", "view": "MLO"}, 2), Row({"birads": "4", "view": "CC"}, 6)]
    assert unknown == {}


def test_rows_like_count_unknown_values_as_any_and_say_so(card):
    rows, unknown = rows_like(card, [{"birads": "5", "view": "CC"}, {"birads": "", "view": "CC"}])
    assert rows == [Row({"birads": "", "view": "CC"}, 2)]
    assert unknown == {"birads": 1}


@pytest.mark.parametrize("count", [0, 501])
def test_rows_like_refuse_a_count_out_of_range(card, count):
    with pytest.raises(DomainError, match="1 to 500"):
        rows_like(card, [{"view": "CC"}], count)


def test_rows_checked_leave_out_blank_lines(card):
    lines = [{"birads": "4", "view": "", "count": "2"}, {"birads": "1", "view": "", "count": ""}]
    assert rows_checked(card, lines) == [Row({"birads": "4", "view": ""}, 2)]


@pytest.mark.parametrize(
    ("count", "words"), [("two", "whole number"), ("600", "at most 500"), ("0", "No picture")]
)
def test_rows_checked_name_a_bad_count(card, count, words):
    with pytest.raises(DomainError, match=words):
        rows_checked(card, [{"birads": "4", "view": "", "count": count}])


def test_row_words_say_any_where_nothing_is_chosen():
    assert row_words({"birads": "4", "view": None}) == "BI-RADS 4"
    assert row_words({"birads": None}) == "any labels"
