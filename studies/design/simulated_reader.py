"""Simulated readers: what a reader of known ability and criterion says of each case.

Source: Roe and Metz 1997, one modality: score = mean of the class + case + reader x case + error. The effect of
the reader is not drawn: a preset deals each reader an ability and a criterion of their own.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from studies.design.errors import DesignError

SIZES = (182, 116)  # synthetic and original cases of each reader in the paper's study
# Source: MAMBO paper, table 2; (true positives, false positives) of each reader, found by exhaustive search.
TABLE_2 = ((118, 71), (91, 70), (133, 25), (146, 9), (115, 66), (79, 7))


# Parts of a score's variance within a class; they add up to 1, so that the separation is in SD.
CASE_PART, READER_CASE_PART, ERROR_PART = 0.3, 0.2, 0.5


@dataclass(frozen=True)
class Ability:
    """Equal-variance signal detection: separation in SD, and criterion (above 0: slow to say synthetic)."""

    d_prime: float
    criterion: float


PRESETS: Mapping[str, tuple[Ability, ...]] = {
    "chance": (Ability(0.0, 0.0),),
    "able": (Ability(1.5, 0.0),),
    "mixed": (Ability(0.0, -0.3), Ability(1.4, 0.1), Ability(2.2, 0.3), Ability(1.4, 0.8)),
}
NAMES = (*PRESETS, "table2")


def case_effects(codes: Iterable[str], seed: int) -> dict[str, float]:
    """Return how much each case looks synthetic to every reader, in SD of the whole score."""
    return {code: random.Random(f"{seed}|case|{code}").gauss(0, math.sqrt(CASE_PART)) for code in codes}


def simulated_calls(truths: Mapping[str, bool], preset: str, reader: int, seed: int) -> dict[str, float]:
    """Return the reader's decision variable of each case: above 0 the reader says synthetic.

    Args:
        truths: case code to "is synthetic", of the cases that this reader reads.
        preset: one of `NAMES`; the abilities of a preset are dealt to the readers in turn.
        reader: the reader's number, from 0.
        seed: of all readers and cases.

    Raises:
        DesignError: for an unknown preset, or when "table2" meets other counts than the paper's.
    """
    codes, rng = sorted(truths), random.Random(f"{seed}|{reader}")
    if preset == "table2":
        return _counted(codes, truths, reader, rng)
    if preset not in PRESETS:
        raise DesignError(f"preset: got {preset!r}, expected one of {', '.join(NAMES)}")
    ability = PRESETS[preset][reader % len(PRESETS[preset])]
    shift = {True: ability.d_prime / 2, False: -ability.d_prime / 2}
    shared, spread = case_effects(codes, seed), math.sqrt(READER_CASE_PART + ERROR_PART)
    return {code: rng.gauss(shift[truths[code]] + shared[code], spread) - ability.criterion for code in codes}


def _counted(
    codes: Sequence[str], truths: Mapping[str, bool], reader: int, rng: random.Random
) -> dict[str, float]:
    """Draw which cases are called synthetic, in exactly the paper's numbers."""
    groups = {flag: [code for code in codes if truths[code] is flag] for flag in (True, False)}
    if (got := (len(groups[True]), len(groups[False]))) != SIZES:
        raise DesignError(
            f"table2: got {got[0]} synthetic and {got[1]} original cases, expected {SIZES[0]} and {SIZES[1]}"
        )
    calls = {}
    for flag, said in zip((True, False), TABLE_2[reader % len(TABLE_2)], strict=True):
        chosen = set(rng.sample(groups[flag], said))
        for code in groups[flag]:
            size = abs(NormalDist().inv_cdf(0.5 + rng.random() / 2 * 0.999)) + 1e-9
            calls[code] = size if code in chosen else -size
    return calls
