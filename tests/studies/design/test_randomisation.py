"""Orders are complete, constrained, fair and recomputable."""

from collections import Counter
from itertools import groupby, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studies.design.errors import DesignError
from studies.design.hash_stream import HashStream
from studies.design.randomisation import class_pattern, commitment, constrained_order, feasible_run

SEED = bytes(range(32))


def longest_run(values):
    return max((len(list(group)) for _, group in groupby(values)), default=0)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.booleans(), max_size=60), st.binary(min_size=16, max_size=32))
def test_order_holds_each_case_once_and_keeps_the_run_length(classes, seed):
    limit = feasible_run(classes.count(True), classes.count(False))
    order = constrained_order(classes, HashStream(seed, "r"), max_run=limit)
    assert sorted(order) == list(range(len(classes)))
    assert longest_run([classes[i] for i in order]) <= limit


def test_order_of_the_papers_share_never_has_five_in_a_row():
    classes = [True] * 182 + [False] * 116
    for reader in range(6):
        order = constrained_order(classes, HashStream(SEED, f"order|{reader}"))
        assert longest_run([classes[i] for i in order]) <= 4


def test_readers_get_different_orders_from_one_seed_and_the_same_again():
    classes = [True, False] * 10
    first, other, again = (constrained_order(classes, HashStream(SEED, f"order|{r}")) for r in "ABA")
    assert first == again
    assert first != other


def test_order_is_pinned_so_that_a_revealed_seed_recomputes_it():
    assert constrained_order([True] * 3 + [False] * 3, HashStream(SEED, "order|K7QM")) == [1, 3, 0, 4, 2, 5]


def test_every_allowed_pattern_is_equally_likely():
    classes = [True] * 3 + [False] * 2
    patterns = Counter(
        tuple(classes[i] for i in constrained_order(classes, HashStream(SEED, str(n)), max_run=2))
        for n in range(3500)
    )
    # Of the 10 patterns of TTTFF the 7 without TTT remain (each class runs for at most 2).
    assert len(patterns) == 7
    assert all(400 < times < 600 for times in patterns.values())


def test_impossible_run_length_is_refused_with_the_counts():
    with pytest.raises(DesignError, match="got 1 and 9 cases"):
        constrained_order([True] * 9 + [False], HashStream(SEED, "r"), max_run=4)
    assert feasible_run(1, 9) == 5


def test_below_is_uniform_and_refuses_an_empty_range():
    stream = HashStream(SEED, "dice")
    counts = Counter(stream.below(6) for _ in range(6000))
    assert set(counts) == set(range(6))
    assert all(900 < times < 1100 for times in counts.values())
    with pytest.raises(ValueError, match="bound"):
        stream.below(0)


def test_commitment_is_the_hash_of_the_seed():
    assert commitment(b"a" * 32) == "3ba3f5f43b92602683c19aee62a20342b084dd5971ddd33808d81a328879a547"


@pytest.mark.parametrize("before", [[], [True], [True, True], [False]])
def test_patterns_go_on_with_equal_chances_for_all_that_fit(before):
    seen = Counter(
        tuple(class_pattern(3, 3, HashStream(SEED, f"{before}{n}"), max_run=2, before=before)) for n in range(3000)
    )
    fitting = {
        pattern for pattern in set(permutations([False] * 3 + [True] * 3)) if longest_run([*before, *pattern]) <= 2
    }
    assert set(seen) == fitting
    expected = 3000 / len(fitting)
    # Chi-square over at most 14 patterns: 13 degrees of freedom, 99.9 % quantile 34.5.
    assert sum((count - expected) ** 2 / expected for count in seen.values()) < 34.5


def test_a_pattern_that_can_not_go_on_is_refused():
    with pytest.raises(DesignError, match="keeps runs of one class to 2"):
        class_pattern(1, 3, HashStream(SEED, "x"), max_run=2, before=[True, True])
    assert class_pattern(0, 0, HashStream(SEED, "x"), max_run=2) == []
