"""All trials of one reader, from training to the last repeat: what a design makes of the seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studies.design.allocation import allocate
from studies.design.case_facts import CaseFacts, spread
from studies.design.errors import DesignError
from studies.design.hash_stream import HashStream
from studies.design.ordering import blocked_order, spread_in, with_repeats
from studies.design.randomisation import constrained_order


@dataclass(frozen=True)
class PlannedTrial:
    """One trial.

    Args:
        case: code of the case, of a pair the one on the left.
        right: code of the case on the right of a pair, or none.
        phase: "train", "test" or "check".
        occurrence: 1 at the first meeting.
        repeat: whether it is a hidden repeat within its session.
        session: from 1.
        condition: name of the session's condition, or none.
    """

    case: str
    right: str = ""
    phase: str = "test"
    occurrence: int = 1
    repeat: bool = False
    session: int = 1
    condition: str = ""


@dataclass(frozen=True)
class ReaderPlace:
    """A reader as the design knows them: the code, and how many enrolled before."""

    code: str
    place: int


def reader_plan(
    design: Mapping[str, Any], reader: ReaderPlace, cases: Sequence[CaseFacts], seed: bytes
) -> list[PlannedTrial]:
    """Return a reader's trials in the order of reading.

    Args:
        design: the protocol's design.
        reader: whose trials.
        cases: all cases of the study, those for training and checks included.
        seed: of the study.

    Raises:
        DesignError: when the cases do not allow the design; the message says what would.
    """
    test = [case for case in cases if case.phase == "test"]
    train = sorted(case for case in cases if case.phase == "train")
    checks = sorted(case for case in cases if case.phase == "check")
    if design["allocation"] == "pairs":
        if train or checks:
            raise DesignError("pairs take no cases for training or checks", field="design.allocation")
        return pair_trials(design, reader, test, seed)
    mine = allocate(design, test, reader.place, seed)
    trials = [PlannedTrial(case.code, phase="train") for case in _shuffled(train, seed, f"train|{reader.code}")]
    for session, condition in enumerate(_conditions(design, reader.place), 1):
        trials += _session(design, reader, mine, checks, seed, session=session, condition=condition)
    return trials


def pair_trials(
    design: Mapping[str, Any], reader: ReaderPlace, cases: Sequence[CaseFacts], seed: bytes
) -> list[PlannedTrial]:
    """Return a reader's trials of a two-alternative forced choice: the same pairs for all, sides and order drawn.

    Pairs are of one stratum where its cases allow. The synthetic picture stands as often left as right, and
    never more than `max_run` times in a row on one side.

    Raises:
        DesignError: when the classes are not of one size.
    """
    pairs = case_pairs(cases, seed)
    stream = HashStream(seed, f"order|{reader.code}")
    stream.shuffle(pairs)
    sides = [number % 2 == 0 for number in range(len(pairs))]
    order = constrained_order(sides, stream, max_run=design["max_run"])
    shown = []
    for (original, synthetic), left in zip(pairs, (sides[index] for index in order), strict=True):
        first, second = (synthetic, original) if left else (original, synthetic)
        shown.append(PlannedTrial(first.code, right=second.code))
    return shown


def case_pairs(cases: Sequence[CaseFacts], seed: bytes) -> list[tuple[CaseFacts, CaseFacts]]:
    """Return (original, synthetic) pairs, each case once, of one stratum as far as possible.

    Raises:
        DesignError: when there are more of one class than of the other.
    """
    stream = HashStream(seed, "pairs")
    originals = spread([case for case in cases if not case.synthetic], stream)
    synthetics = spread([case for case in cases if case.synthetic], stream)
    if len(originals) != len(synthetics):
        raise DesignError(
            f"got {len(originals)} original and {len(synthetics)} synthetic cases, pairs need as many of each",
            field="design.allocation",
        )
    pairs, left = [], []
    for original in originals:
        fitting = next((case for case in synthetics if case.stratum == original.stratum), None)
        if fitting is None:
            left.append(original)
        else:
            synthetics.remove(fitting)
            pairs.append((original, fitting))
    return pairs + list(zip(left, synthetics, strict=True))


def _session(
    design: Mapping[str, Any],
    reader: ReaderPlace,
    cases: Sequence[CaseFacts],
    checks: Sequence[CaseFacts],
    seed: bytes,
    *,
    session: int,
    condition: str,
) -> list[PlannedTrial]:
    label = f"order|{reader.code}" + (f"|{session}" if session > 1 else "")
    stream, flags, most = HashStream(seed, label), [case.synthetic for case in cases], design["max_run"]
    if "block" in design:
        order = blocked_order(flags, stream, block=design["block"], max_run=most)
        if design.get("strata"):
            order = _strata_mixed(order, cases, stream)
    else:
        order = constrained_order(flags, stream, max_run=most)
    shown = [(index, False) for index in order]
    if "repeats" in design:
        asked = design["repeats"]
        shown = with_repeats(order, flags, stream, count=asked["count"], distance=asked["distance"], max_run=most)
    # A case is met up to twice in a session that repeats; the number goes on in the next session.
    met = (session - 1) * (2 if "repeats" in design else 1)
    trials = [
        PlannedTrial(
            cases[index].code, occurrence=met + 1 + again, repeat=again, session=session, condition=condition
        )
        for index, again in shown
    ]
    marks = [
        PlannedTrial(case.code, phase="check", occurrence=session, session=session, condition=condition)
        for case in checks
    ]
    return spread_in(trials, marks, stream)


def _strata_mixed(order: Sequence[int], cases: Sequence[CaseFacts], stream: HashStream) -> list[int]:
    """Return the order with the same classes, and the cases of each in an even mixture of their strata."""
    place = {case: number for number, case in enumerate(cases)}
    mixed = {
        kind: iter(spread([case for case in cases if case.synthetic is kind], stream)) for kind in (False, True)
    }
    return [place[next(mixed[cases[number].synthetic])] for number in order]


def _conditions(design: Mapping[str, Any], place: int) -> list[str]:
    """Return the conditions in this reader's order: each reader begins one further, so that order evens out."""
    if design["allocation"] != "crossover":
        return [""]
    names = list(design["sessions"]["conditions"])
    turn = place % len(names)
    return names[turn:] + names[:turn]


def _shuffled(cases: Sequence[CaseFacts], seed: bytes, label: str) -> list[CaseFacts]:
    mixed = list(cases)
    HashStream(seed, label).shuffle(mixed)
    return mixed
