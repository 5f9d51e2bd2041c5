"""Which reader reads which case: fully crossed, split-plot, or balanced incomplete blocks.

Every allocation follows from the study's seed, the case codes and the reader's place (0 for the first who
enrolled), so that anybody can recompute it and a reader who joins late gets the next share.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from studies.design.case_facts import CaseFacts, spread
from studies.design.errors import DesignError
from studies.design.hash_stream import HashStream
from studies.design.rota import rota_share

CLASSES = (False, True)
NAMES = {False: "original", True: "synthetic"}


def allocate(design: Mapping[str, Any], cases: Sequence[CaseFacts], place: int, seed: bytes) -> list[CaseFacts]:
    """Return the test cases of one reader.

    Args:
        design: the protocol's design.
        cases: the study's test cases, in any order.
        place: how many readers enrolled before.
        seed: of the study.

    Returns:
        The reader's cases by code; the order of reading is drawn later.

    Raises:
        DesignError: when a code comes twice, or a class has too few cases.
    """
    cases = sorted(cases)
    doubled = sorted(code for code, times in Counter(case.code for case in cases).items() if times > 1)
    if doubled:
        raise DesignError(f"case codes: got {', '.join(doubled)} more than once, expected each once")
    allocation = design["allocation"]
    if allocation == "split_plot":
        chosen = case_groups(cases, design["groups"], seed)[place % design["groups"]]
    elif allocation == "incomplete_blocks":
        chosen = incomplete_block(cases, design["per_reader"], design.get("anchor", {}), place, seed)
    else:
        chosen = cases
    return sorted(chosen)


def case_groups(cases: Sequence[CaseFacts], groups: int, seed: bytes) -> list[list[CaseFacts]]:
    """Deal the cases into groups of equal size and make-up: within each class the counts differ by one at most.

    Raises:
        DesignError: when a class has fewer cases than there are groups.
    """
    found: list[list[CaseFacts]] = [[] for _ in range(groups)]
    for kind in CLASSES:
        pool = _of(cases, kind)
        HashStream(seed, f"groups|{NAMES[kind]}").shuffle(pool)
        pool.sort(key=lambda case: case.stratum)  # dealt stratum by stratum, so that each is shared evenly
        if len(pool) < groups:
            raise DesignError(
                f"got {len(pool)} {NAMES[kind]} cases, expected at least one for each of {groups} groups",
                field="design.groups",
            )
        for number, case in enumerate(pool):
            found[number % groups].append(case)
    return found


def incomplete_block(
    cases: Sequence[CaseFacts],
    per_reader: Mapping[str, int],
    anchor: Mapping[str, int],
    place: int,
    seed: bytes,
) -> list[CaseFacts]:
    """Return one reader's share of a pool that is larger than anybody reads (the paper's: 182 and 116).

    The pool of a class is read through again and again, in a new random order each time, and each reader takes
    the next cases that they don't have yet. So whatever the number of readers, no case is read more than once
    oftener than another of its class. Anchor cases are everybody's.

    Source: studies with balanced incomplete blocks, Hillis et al. 2011; MAMBO, section 4.2 (the counts).

    Raises:
        DesignError: when the pool is smaller than a reader's share.
    """
    share: list[CaseFacts] = []
    for kind in CLASSES:
        name = NAMES[kind]
        pool, wanted, fixed = _of(cases, kind), per_reader[name], anchor.get(name, 0)
        if len(pool) < wanted:
            raise DesignError(
                f"got {len(pool)} {name} cases, expected at least the {wanted} that each reader reads",
                field=f"design.per_reader.{name}",
            )
        pool = spread(pool, HashStream(seed, f"anchor|{name}"))
        share += pool[:fixed] + rota_share(sorted(pool[fixed:]), wanted - fixed, place, seed, name=name)
    return share


def _of(cases: Sequence[CaseFacts], kind: bool) -> list[CaseFacts]:
    return [case for case in cases if case.synthetic is kind]
