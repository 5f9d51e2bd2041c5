"""The order in which a reader meets the cases: random, but never too many of one class in a row."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from functools import lru_cache

from studies.design.errors import DesignError
from studies.design.hash_stream import HashStream

MAX_RUN = 4  # studies.md section 9: at most four of one class in a row

Counts = dict[tuple[int, int, int], int]


def feasible_run(first: int, second: int, wanted: int = MAX_RUN) -> int:
    """Return the smallest run length, not below `wanted`, with which the two counts can be ordered at all."""
    larger, smaller = max(first, second), min(first, second)
    return max(wanted, math.ceil(larger / (smaller + 1)))


def constrained_order(classes: Sequence[bool], stream: HashStream, *, max_run: int = MAX_RUN) -> list[int]:
    """Return a random order of the cases with runs of one class no longer than `max_run`.

    Every order that meets the constraint is equally likely: class patterns are drawn by exact counting,
    not by trial and error, and the cases inside each class are shuffled.

    Args:
        classes: the class of each case.
        stream: source of randomness.
        max_run: the longest run allowed, at least 1.

    Returns:
        Indices into `classes`, each exactly once.

    Raises:
        DesignError: when no order meets the constraint.
    """
    members = {flag: [i for i, item in enumerate(classes) if item is flag] for flag in (False, True)}
    shortest = feasible_run(len(members[False]), len(members[True]), 1)
    if max_run < shortest:
        raise DesignError(
            f"got {len(members[False])} and {len(members[True])} cases of the two classes, "
            f"which can't be ordered with at most {max_run} of one class in a row; {shortest} would do",
            field="design.max_run",
        )
    pattern = _pattern(len(members[False]), len(members[True]), max_run, stream)
    for indices in members.values():
        stream.shuffle(indices)
    return [members[flag].pop() for flag in pattern]


def class_pattern(
    first: int, second: int, stream: HashStream, *, max_run: int, before: Sequence[bool] = ()
) -> list[bool]:
    """Return a random pattern of classes that goes on after another without a run longer than `max_run`.

    Every pattern that meets the constraint is equally likely, by exact counting.

    Args:
        first: how many are False.
        second: how many are True.
        stream: source of randomness.
        max_run: the longest run allowed, at least 1; the run that `before` ends with counts.
        before: the pattern so far.

    Raises:
        DesignError: when no pattern meets the constraint.
    """
    if first + second == 0:
        return []
    counts, left = _tables(first, second, max_run), [first, second]
    starts = [(flag, run) for flag in (0, 1) for run in _runs(left[flag], max_run - _tail(before, bool(flag)))]
    weights = [_after(counts, flag, left[flag] - run, left[1 - flag]) for flag, run in starts]
    if not sum(weights):
        raise DesignError(f"no order of {first} and {second} cases keeps runs of one class to {max_run}")
    flag, run = starts[_draw(weights, stream)]
    left[flag] -= run
    return [bool(flag)] * run + _rest(counts, left, 1 - flag, max_run, stream)


def commitment(seed: bytes) -> str:
    """Return the SHA-256 of the seed in hexadecimal: published at lock, so that the seed can't be chosen later."""
    return hashlib.sha256(seed).hexdigest()


@lru_cache(maxsize=16)  # the readers of one study share the counts, and so do most blocks
def _tables(first: int, second: int, max_run: int) -> Counts:
    """Count patterns. Key (class of the coming run, remaining of that class, remaining of the other)."""
    counts: Counts = {}
    for total in range(first + second + 1):
        for flag in (0, 1):
            for own in range(total + 1):
                other = total - own
                if own > (first, second)[flag] or other > (first, second)[1 - flag]:
                    continue
                counts[flag, own, other] = (
                    1 if total == 0 else sum(_after(counts, flag, own - n, other) for n in _runs(own, max_run))
                )
    return counts


def _runs(own: int, max_run: int) -> range:
    return range(1, min(own, max_run) + 1)


def _after(counts: Counts, flag: int, own: int, other: int) -> int:
    """Count the ways to go on when a run of `flag` just ended: all done, or a run of the other class."""
    if own == 0 and other == 0:
        return 1
    return counts[1 - flag, other, own] if other else 0


def _pattern(first: int, second: int, max_run: int, stream: HashStream) -> list[bool]:
    if first + second == 0:
        return []
    counts = _tables(first, second, max_run)
    left = [first, second]
    starts = [counts[0, first, second], counts[1, second, first]]
    return _rest(counts, left, _draw(starts, stream), max_run, stream)


def _rest(counts: Counts, left: list[int], flag: int, max_run: int, stream: HashStream) -> list[bool]:
    """Draw runs in turn, beginning with `flag`, until none is left."""
    pattern: list[bool] = []
    while sum(left):
        lengths = _runs(left[flag], max_run)
        weights = [_after(counts, flag, left[flag] - n, left[1 - flag]) for n in lengths]
        run = lengths[_draw(weights, stream)]
        pattern += [bool(flag)] * run
        left[flag] -= run
        flag = 1 - flag
    return pattern


def _tail(flags: Sequence[bool], flag: bool) -> int:
    """Return the length of the run of `flag` at the end."""
    length = 0
    while length < len(flags) and flags[-1 - length] is flag:
        length += 1
    return length


def _draw(weights: Sequence[int], stream: HashStream) -> int:
    point = stream.below(sum(weights))
    for index, weight in enumerate(weights):
        if point < weight:
            return index
        point -= weight
    raise AssertionError("the point lies below the sum of the weights")
