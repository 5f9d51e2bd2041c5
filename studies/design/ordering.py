"""Orders with more to keep than the length of runs: balanced blocks, repeats far apart, checks spread out.

What comes to a dead end is drawn anew, a bounded number of times; then the message says which rule would do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from studies.design.errors import DesignError
from studies.design.hash_stream import HashStream
from studies.design.randomisation import class_pattern

TRIES = 60

Item = TypeVar("Item")


def blocked_order(classes: Sequence[bool], stream: HashStream, *, block: int, max_run: int) -> list[int]:
    """Return a random order in which each block of trials has its share of both classes.

    Within a block every pattern that fits to the one before is equally likely, by exact counting.

    Args:
        classes: the class of each case.
        stream: source of randomness.
        block: trials in a block; the last may be shorter.
        max_run: the longest run of one class, across blocks too.

    Returns:
        Indices into `classes`, each exactly once.

    Raises:
        DesignError: when no order was found, with the shortest run with which there is one.
    """
    flags = _blocked_flags(classes, stream, block, max_run)
    if len(flags) < len(classes):
        shortest = next(
            run for run in range(max_run + 1, len(classes) + 1)
            if len(_blocked_flags(classes, stream, block, run)) == len(classes)
        )  # fmt: skip
        raise DesignError(
            f"blocks of {block} can't keep runs of one class to {max_run}; the shortest they can is {shortest}",
            field="design.max_run",
        )
    members = {flag: [i for i, one in enumerate(classes) if one is flag] for flag in (False, True)}
    for indices in members.values():
        stream.shuffle(indices)
    return [members[flag].pop() for flag in flags]


def with_repeats(
    order: Sequence[int], classes: Sequence[bool], stream: HashStream, *, count: int, distance: int, max_run: int
) -> list[tuple[int, bool]]:
    """Return the order with some cases shown a second time, at least `distance` trials after the first.

    Args:
        order: indices into `classes`.
        classes: the class of each case.
        stream: source of randomness.
        count: how many are repeated: of each class its share.
        distance: the least number of trials from the first to the second showing.
        max_run: the longest run of one class.

    Returns:
        Pairs of index and whether it is a repeat.

    Raises:
        DesignError: when the study is too short, naming the greatest count or distance that fits.
    """
    early = [place for place in range(len(order)) if len(order) - place >= distance]
    wanted = _repeat_counts([classes[order[place]] for place in early], classes, count)
    if wanted is None:
        raise DesignError(
            f"{count} repeats {distance} trials apart do not fit into {len(order)} cases: "
            f"{len(early)} come early enough. Ask for fewer, or nearer",
            field="design.repeats",
        )
    for run in range(max_run, len(order) + count + 1):
        for _ in range(TRIES):
            found = _inserted(list(order), classes, stream, early, wanted, distance=distance, max_run=run)
            if len(found) == len(order) + count:
                if run == max_run:
                    return found
                raise DesignError(
                    f"{count} repeats can't keep runs of one class to {max_run}; the shortest found is {run}",
                    field="design.max_run",
                )
    raise AssertionError("runs as long as the order always fit")


def spread_in(order: Sequence[Item], extra: Sequence[Item], stream: HashStream) -> list[Item]:
    """Return the order with the extra trials put in, one in each stretch of equal length, in random order."""
    mixed = list(extra)
    stream.shuffle(mixed)
    result = list(order)
    for number in range(len(mixed) - 1, -1, -1):
        low = len(order) * number // len(mixed)
        high = len(order) * (number + 1) // len(mixed)
        result.insert(low + stream.below(high - low + 1), mixed[number])
    return result


def longest_run(flags: Sequence[bool]) -> int:
    """Return the length of the longest run of equal values."""
    longest = run = 0
    for number, flag in enumerate(flags):
        run = run + 1 if number and flag is flags[number - 1] else 1
        longest = max(longest, run)
    return longest


def _share(part: int, upto: int, total: int) -> int:
    return (2 * part * upto + total) // (2 * total)


def _blocked_flags(classes: Sequence[bool], stream: HashStream, block: int, max_run: int) -> list[bool]:
    """Return the classes in order; fewer than there are when every try came to an end before."""
    total, synthetic = len(classes), sum(classes)
    flags: list[bool] = []
    for _ in range(TRIES):
        flags = []
        for start in range(0, total, block):
            end = min(start + block, total)
            # The running share, rounded: no block is more than one case from its exact share.
            ones = _share(synthetic, end, total) - _share(synthetic, start, total)
            try:
                flags += class_pattern(end - start - ones, ones, stream, max_run=max_run, before=flags)
            except DesignError:
                break  # the block before ended so that this one can't begin: all anew
        if len(flags) == total:
            break
    return flags


def _repeat_counts(early: Sequence[bool], classes: Sequence[bool], count: int) -> dict[bool, int] | None:
    ones = min(_share(sum(classes), count, len(classes)), sum(early))
    zeros = count - ones
    lacking = max(0, zeros - (len(early) - sum(early)))
    wanted = {True: ones + lacking, False: zeros - lacking}
    return wanted if wanted[True] <= sum(early) else None


def _inserted(
    order: list[int],
    classes: Sequence[bool],
    stream: HashStream,
    early: Sequence[int],
    wanted: dict[bool, int],
    *,
    distance: int,
    max_run: int,
) -> list[tuple[int, bool]]:
    """Return the order with the repeats; without some when there was no place for them."""
    found = [(index, False) for index in order]
    chosen: list[int] = []
    for flag in (False, True):
        places = [order[place] for place in early if classes[order[place]] is flag]
        stream.shuffle(places)
        chosen += places[: wanted[flag]]
    stream.shuffle(chosen)
    for index in chosen:
        flags = [classes[one] for one, _ in found]
        first = found.index((index, False)) + distance
        free = [at for at in range(first, len(found) + 1) if _run_with(flags, at, classes[index]) <= max_run]
        if not free:
            break
        found.insert(free[stream.below(len(free))], (index, True))
    return found


def _run_with(flags: Sequence[bool], at: int, flag: bool) -> int:
    """Return the length of the run that one more of `flag` at this place would be in."""
    low, high = at, at
    while low and flags[low - 1] is flag:
        low -= 1
    while high < len(flags) and flags[high] is flag:
        high += 1
    return high - low + 1
