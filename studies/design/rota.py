"""Deals the cases of a class to readers who read only a share: evenly by case, stratum and pair of readers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from studies.design.case_facts import CaseFacts, spread
from studies.design.hash_stream import HashStream

FIRST_DEALT = 8


def rota_share(pool: Sequence[CaseFacts], wanted: int, place: int, seed: bytes, *, name: str) -> list[CaseFacts]:
    """Return the cases of the reader at this place.

    Readers are dealt to one after the other. Each gets first what was read least, so that no case is read more
    than once oftener than another, however many readers there will be. Where this leaves a choice, it falls on
    the cases whose readers this one has met least, so that any two readers share about as many cases.

    Args:
        pool: cases of one class, in a fixed order.
        wanted: cases of each reader, no more than the pool has.
        place: of the reader, from 0.
        seed: of the study.
        name: of the class; classes are dealt apart.
    """
    dealt = FIRST_DEALT
    while dealt <= place:
        dealt *= 2  # a share does not depend on how many are dealt, so that few lengths need be kept
    return list(_shares(tuple(pool), wanted, dealt, seed, name)[place])


@lru_cache(maxsize=8)
def _shares(
    pool: tuple[CaseFacts, ...], wanted: int, count: int, seed: bytes, name: str
) -> tuple[tuple[CaseFacts, ...], ...]:
    readers = [0] * len(pool)  # of each case, as bits
    shares = []
    for place in range(count):
        share = _share(pool, readers, wanted, HashStream(seed, f"rota|{name}|{place}"))
        for number in share:
            readers[number] |= 1 << place
        shares.append(tuple(pool[number] for number in share))
    return tuple(shares)


def _share(pool: Sequence[CaseFacts], readers: list[int], wanted: int, stream: HashStream) -> list[int]:
    share: list[int] = []
    for times in sorted({bits.bit_count() for bits in readers}):
        group = [number for number, bits in enumerate(readers) if bits.bit_count() == times]
        left = wanted - len(share)
        if len(group) >= left:
            return share + _chosen(pool, group, left, share, readers, stream)
        share += group
    return share


def _chosen(
    pool: Sequence[CaseFacts],
    group: list[int],
    wanted: int,
    have: list[int],
    readers: list[int],
    stream: HashStream,
) -> list[int]:
    """Choose of cases that were read equally often, each stratum its share, those whose readers were met least."""
    place = {pool[number]: number for number in group}
    order = [place[case] for case in spread(list(place), stream)]
    # Of a case: the sum, over its readers, of the cases that they share with this reader so far.
    met = {number: sum((readers[number] & readers[other]).bit_count() for other in have) for number in order}
    chosen: list[int] = []
    for stratum in [pool[number].stratum for number in order[:wanted]]:
        best = min((number for number in met if pool[number].stratum == stratum), key=met.__getitem__)
        del met[best]
        chosen.append(best)
        bits = readers[best]
        for number in met:
            met[number] += (readers[number] & bits).bit_count()
    return chosen
