"""Blocks have their share, repeats keep their distance, checks are spread out."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studies.design.errors import DesignError
from studies.design.hash_stream import HashStream
from studies.design.ordering import blocked_order, longest_run, spread_in, with_repeats

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


def test_blocks_that_can_not_keep_the_run_are_refused_with_the_shortest_that_they_can():
    classes = [True] * 9 + [False]
    with pytest.raises(DesignError, match="the shortest they can is 5") as caught:
        blocked_order(classes, stream(), block=10, max_run=1)
    assert caught.value.field == "design.max_run"
    assert longest_run([classes[i] for i in blocked_order(classes, stream(), block=10, max_run=5)]) == 5


def test_tight_runs_are_kept_where_drawing_by_luck_would_hardly_meet_them():
    classes = [True] * 65 + [False] * 35  # one pattern in about ten million has runs of at most 2
    flags = [classes[i] for i in blocked_order(classes, stream(), block=20, max_run=2)]
    assert longest_run(flags) == 2
    assert [sum(flags[n : n + 20]) for n in range(0, 100, 20)] == [13] * 5


def test_many_repeats_keep_the_run_and_too_tight_ones_are_refused_with_what_would():
    classes = [n % 3 != 0 for n in range(120)]
    order = blocked_order(classes, stream(), block=12, max_run=4)
    shown = with_repeats(order, classes, stream(), count=40, distance=40, max_run=4)
    assert len(shown) == 160
    assert longest_run([classes[index] for index, _ in shown]) <= 4
    alternating = [n % 2 == 0 for n in range(60)]
    with pytest.raises(DesignError, match="the shortest found is 2") as caught:
        with_repeats(range(60), alternating, stream(), count=9, distance=20, max_run=1)
    assert caught.value.field == "design.max_run"


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
