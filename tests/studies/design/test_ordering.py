"""Blocks have their share, repeats keep their distance, checks are spread out."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studies.design.errors import DesignError
from studies.design.hash_stream import HashStream
from studies.design.ordering import blocked_order, spread_in, with_repeats

SEED = b"ordering-seed-16"


def stream(label="x"):
    return HashStream(SEED, label)


@settings(max_examples=80, deadline=None)
@given(st.integers(4, 40), st.integers(4, 40), st.integers(4, 20), st.integers(0, 99))
def test_each_block_has_its_share(first, second, block, label):
    classes = [True] * first + [False] * second
    order = blocked_order(classes, stream(str(label)), block=block, max_run=40)
    assert sorted(order) == list(range(first + second))
    flags = [classes[index] for index in order]
    for start in range(0, len(flags), block):
        part = flags[start : start + block]
        assert abs(sum(part) - len(part) * first / (first + second)) <= 1


@settings(max_examples=40, deadline=None)
@given(st.integers(30, 60), st.integers(1, 10), st.integers(1, 20), st.integers(0, 99))
def test_repeats_come_later_and_once(size, count, distance, label):
    classes = [n % 2 == 0 for n in range(size)]
    shown = with_repeats(range(size), classes, stream(str(label)), count=count, distance=distance, max_run=6)
    assert len(shown) == size + count
    assert [index for index, again in shown if not again] == list(range(size))
    assert max(Counter(index for index, _ in shown).values()) == 2
    for place, (index, again) in enumerate(shown):
        if again:
            assert place - shown.index((index, False)) >= distance
    again = [classes[index] for index, repeated in shown if repeated]
    assert abs(sum(again) - count / 2) <= 1


def test_repeats_that_do_not_fit_are_refused_with_what_would():
    classes = [n % 2 == 0 for n in range(50)]
    with pytest.raises(DesignError, match="11 come early enough") as caught:
        with_repeats(range(50), classes, stream(), count=20, distance=40, max_run=4)
    assert caught.value.field == "design.repeats"


def test_an_order_that_can_not_be_is_refused():
    with pytest.raises(DesignError, match="runs of one class to 1"):
        blocked_order([True] * 9 + [False], stream(), block=10, max_run=1)


def test_checks_stand_one_in_each_stretch():
    mixed = spread_in(list(range(30)), ["a", "b", "c"], stream())
    assert [item for item in mixed if isinstance(item, int)] == list(range(30))
    places = [place for place, item in enumerate(mixed) if isinstance(item, str)]
    assert [
        low <= place - n <= low + 10 for n, (place, low) in enumerate(zip(places, (0, 10, 20), strict=True))
    ] == [True] * 3


def test_every_order_of_a_small_block_comes_about_equally_often():
    seen = Counter(
        tuple(blocked_order([True, True, False, False], stream(str(n)), block=4, max_run=4)) for n in range(4800)
    )
    assert len(seen) == 24
    # Chi-square over 24 orders: 23 degrees of freedom, 99.9 % quantile 49.7.
    assert sum((count - 200) ** 2 / 200 for count in seen.values()) < 49.7
