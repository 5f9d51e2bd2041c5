"""What a design knows of a case, and cases in an even mixture of their strata."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studies.design.hash_stream import HashStream


@dataclass(frozen=True, order=True)
class CaseFacts:
    """What a design needs to know of a case.

    Args:
        code: the case's code.
        synthetic: its class.
        stratum: values of the protocol's strata, such as ("4", "C").
        phase: "train", "test" or "check".
    """

    code: str
    synthetic: bool
    stratum: tuple[str, ...] = ()
    phase: str = "test"


def spread(cases: Sequence[CaseFacts], stream: HashStream) -> list[CaseFacts]:
    """Return the cases in random order with their strata evenly mixed: any stretch has its share of each."""
    strata: dict[tuple[str, ...], list[CaseFacts]] = {}
    for case in sorted(cases):
        strata.setdefault(case.stratum, []).append(case)
    placed: list[tuple[float, int, CaseFacts]] = []
    for members in strata.values():
        stream.shuffle(members)
        for number, case in enumerate(members):
            # The chance within each slot keeps strata of one size from taking turns.
            at = (number + stream.below(1 << 32) / (1 << 32)) / len(members)
            placed.append((at, len(placed), case))
    return [case for *_, case in sorted(placed)]
