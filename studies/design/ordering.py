"""Orders with more to keep than the length of runs: balanced blocks, repeats far apart, checks spread out.

What has no exact count is drawn, looked at, and drawn again, so that every order that meets the rules can come.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from studies.design.errors import DesignError
from studies.design.hash_stream import HashStream

TRIES = 2000

Item = TypeVar("Item")


def blocked_order(classes: Sequence[bool], stream: HashStream, *, block: int, max_run: int) -> list[int]:
    """Return a random order in which each block of trials has its share of both classes.

    Args:
        classes: the class of each case.
        stream: source of randomness.
        block: trials in a block; the last may be shorter.
        max_run: the longest run of one class, across blocks too.

    Returns:
        Indices into `classes`, each exactly once.

    Raises:
        DesignError: when no order was found in 2,000 draws of a block.
    """
    members = {flag: [i for i, one in enumerate(classes) if one is flag] for flag in (False, True)}
    for indices in members.values():
        stream.shuffle(indices)
    total, synthetic = len(classes), len(members[True])
    order: list[int] = []
    flags: list[bool] = []
    for start in range(0, total, block):
        end = min(start + block, total)
        # The running share, rounded: no block is more than one case from its exact share.
        ones = _share(synthetic, end, total) - _share(synthetic, start, total)
        pattern = [True] * ones + [False] * (end - start - ones)
        flags += _fitting(pattern, flags, stream, max_run)
        order += [members[flag].pop() for flag in flags[start:end]]
    return order


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
    for _ in range(TRIES):
        found = _inserted(list(order), classes, stream, early, wanted, distance)
        if longest_run([classes[index] for index, _ in found]) <= max_run:
            return found
    raise DesignError(
        f"no order with {count} repeats keeps runs of one class to {max_run}. Allow longer runs or fewer repeats",
        field="design.repeats",
    )


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


def _fitting(pattern: list[bool], before: list[bool], stream: HashStream, max_run: int) -> list[bool]:
    tail = before[-max_run:]
    for _ in range(TRIES):
        stream.shuffle(pattern)
        if longest_run([*tail, *pattern]) <= max_run:
            return list(pattern)
    raise DesignError(
        f"no block with {sum(pattern)} synthetic of {len(pattern)} cases keeps runs of one class to {max_run}",
        field="design.block",
    )


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
    distance: int,
) -> list[tuple[int, bool]]:
    found = [(index, False) for index in order]
    chosen: list[int] = []
    for flag in (False, True):
        places = [order[place] for place in early if classes[order[place]] is flag]
        stream.shuffle(places)
        chosen += places[: wanted[flag]]
    stream.shuffle(chosen)
    for index in chosen:
        first = found.index((index, False)) + distance
        found.insert(first + stream.below(len(found) - first + 1), (index, True))
    return found
