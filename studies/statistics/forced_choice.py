"""Two pictures side by side, one of them synthetic: how often readers choose the right one (2AFC)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import pandas as pd

from studies.statistics.checks import booleans, require_columns, require_present, require_unique
from studies.statistics.confusion import Measure
from studies.statistics.equivalence import Equivalence, EquivalenceTest, equivalence, tost
from studies.statistics.errors import StatisticsError
from studies.statistics.intervals import MeanInterval, binomial_test, t_interval, wilson_interval
from studies.statistics.mrmc.results import UEstimate
from studies.statistics.mrmc.u_statistics import u_statistics


@dataclass(frozen=True)
class ReaderChoices:
    """One reader's choices.

    Attributes:
        share: of pairs in which the reader chose the synthetic picture, with Wilson's interval.
        p: exact, against one half.
        d_prime: sqrt(2) z(share), share by the log-linear rule (right + 0.5) / (trials + 1).
        left: share of choices of the picture on the left; `p_left`: exact, against one half.
    """

    reader: str
    trials: int
    right: int
    share: Measure
    p: float
    d_prime: float
    left: float
    p_left: float

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name."""
        return vars(self) | {"share": self.share.to_dict()}


@dataclass(frozen=True)
class ForcedChoice:
    """Proportion correct of each reader and overall three ways, with the verdicts.

    `over_readers` and `verdict_readers` are None with one reader; `over_both` and `verdict` too, and where the
    readings do not allow them (`notes` says why).
    """

    readers: tuple[ReaderChoices, ...]
    pooled: Measure
    over_readers: MeanInterval | None
    verdict_readers: Equivalence | None
    over_both: UEstimate | None
    verdict: EquivalenceTest | None
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return all fields, JSON-ready, with the name of each method."""

        def plain(part: Any) -> Any:
            return part.to_dict() if part is not None else None

        return {
            "measure": "proportion correct, two-alternative forced choice",
            "readers": [reader.to_dict() for reader in self.readers],
            "overall": {"method": "pooled, Wilson, ignores clustering"} | self.pooled.to_dict(),
            "over_readers": plain(self.over_readers),
            "verdict_readers": plain(self.verdict_readers),
            "random_readers_and_pairs": plain(self.over_both),
            "verdict": plain(self.verdict),
            "notes": list(self.notes),
        }


def forced_choice(frame: pd.DataFrame, *, margin: float, confidence: float = 0.95) -> ForcedChoice:
    """Return how often readers chose the synthetic picture of a pair.

    Proportion correct does not depend on a reader's criterion and estimates the area under the ROC curve. With
    readers and pairs random its variance comes from U-statistics, which take pairs that a reader did not see.

    Source: Green and Swets, Signal Detection Theory and Psychophysics (1966), chapter 2; Macmillan and Creelman,
    Detection Theory (2005), chapter 7 (d'); Gallas, Pennello and Myers 2007 (binary endpoints).

    Args:
        frame: one row per pair and reader: `reader`, `case` (the pair), `truth` (bool: the synthetic picture is on
            the left), `answer` (bool: the reader chose the left).
        margin: half-width of the zone about one half that counts as "can't tell".
        confidence: of the intervals, in (0.5, 1).

    Raises:
        StatisticsError: for a missing column, a blank cell, no row, or two rows of one reader and pair.
    """
    require_columns(frame, ("reader", "case", "truth", "answer"))
    for name in ("reader", "case"):
        require_present(frame, name)
    require_unique(frame, ("reader", "case"))
    left = booleans(frame, "answer")
    table = frame[["reader", "case"]].astype(str).assign(left=left, right=left == booleans(frame, "truth"))
    readers = tuple(_reader(str(name), rows, confidence) for name, rows in table.groupby("reader", sort=True))
    shares = [reader.right / reader.trials for reader in readers]
    several = len(readers) > 1
    notes: list[str] = []
    both = _over_both(table, confidence, notes) if several else None
    verdict = None
    if both is not None:
        verdict = tost(both.estimate, both.standard_error, both.df, margin=margin, confidence=confidence)
    return ForcedChoice(
        readers=readers,
        pooled=_measure(int(table["right"].sum()), len(table), confidence),
        over_readers=t_interval(shares, confidence) if several else None,
        verdict_readers=equivalence(shares, margin=margin, confidence=confidence) if several else None,
        over_both=both,
        verdict=verdict,
        notes=tuple(notes),
    )


def _reader(name: str, rows: pd.DataFrame, confidence: float) -> ReaderChoices:
    trials, right, left = len(rows), int(rows["right"].sum()), int(rows["left"].sum())
    corrected = (right + 0.5) / (trials + 1)
    return ReaderChoices(
        reader=name,
        trials=trials,
        right=right,
        share=_measure(right, trials, confidence),
        p=binomial_test(right, trials),
        d_prime=math.sqrt(2) * NormalDist().inv_cdf(corrected),
        left=left / trials,
        p_left=binomial_test(left, trials),
    )


def _measure(right: int, trials: int, confidence: float) -> Measure:
    return Measure(right / trials, wilson_interval(right, trials, confidence))


def _over_both(table: pd.DataFrame, confidence: float, notes: list[str]) -> UEstimate | None:
    """Return the proportion with readers and pairs random.

    It is the true positive fraction with each pair a positive case that was called when the choice was right. The
    kernel asks for negatives that it then does not look at: as many are put in, read by all, so that neither the
    moments nor the degrees of freedom feel them.
    """
    pairs, readers = sorted(table["case"].unique()), sorted(table["reader"].unique())
    chosen = table[["reader", "case"]].assign(truth=True, rating=table["right"].astype(float))
    silent = pd.DataFrame(
        [
            {"reader": reader, "case": f"\x00{pair}", "truth": False, "rating": 0.0}
            for reader in readers
            for pair in pairs
        ]
    )
    frame = pd.concat([chosen, silent], ignore_index=True).assign(modality="pairs")
    try:
        return u_statistics(frame, endpoint="tpf", confidence=confidence).modalities["pairs"]
    except StatisticsError as error:
        notes.append(f"no interval for random readers and pairs: {error.message}")
        return None
