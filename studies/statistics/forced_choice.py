"""Two pictures side by side, one of them synthetic: how often readers choose the right one (2AFC)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import pandas as pd

from studies.statistics.checks import booleans, require_columns, require_present, require_unique
from studies.statistics.equivalence import EquivalenceTest, tost
from studies.statistics.errors import StatisticsError
from studies.statistics.intervals import Interval, MeanInterval, binomial_test, t_interval, wilson_interval
from studies.statistics.mrmc.results import UEstimate
from studies.statistics.mrmc.u_statistics import u_statistics

METHOD = "proportion correct of pairs; U-statistics, readers and pairs random; TOST against 0.5"
POOLED = "All answers, pooled"


@dataclass(frozen=True)
class Choices:
    """How one reader chose, or all pooled.

    Attributes:
        right: pairs in which the synthetic picture was chosen; `proportion` of all, with Wilson's interval.
        p: exact, against one half.
        d_prime: sqrt(2) z, of the proportion by the log-linear rule (right + 0.5) / (pairs + 1).
        left: share of choices of the picture on the left; `p_left`: exact, against one half.
    """

    reader: str
    pairs: int
    right: int
    proportion: float
    interval: Interval
    p: float
    d_prime: float
    left: float
    p_left: float

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name."""
        return vars(self) | {"interval": self.interval.to_dict()}


@dataclass(frozen=True)
class ForcedChoice:
    """Proportion correct of each reader and overall three ways, with the verdict.

    `over_readers`, `over_both` and `verdict` are None with one reader, the last two also where the readings do
    not allow them; `notes` says why.
    """

    readers: tuple[Choices, ...]
    pooled: Choices
    over_readers: MeanInterval | None
    over_both: UEstimate | None
    verdict: EquivalenceTest | None
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return all fields, JSON-ready, with the name of the method."""

        def plain(part: Any) -> Any:
            return part.to_dict() if part is not None else None

        return {
            "method": METHOD,
            "readers": [reader.to_dict() for reader in self.readers],
            "pooled": {"method": "Wilson, ignores clustering"} | self.pooled.to_dict(),
            "over_readers": plain(self.over_readers),
            "random_readers_and_pairs": plain(self.over_both),
            "verdict": plain(self.verdict),
            "notes": list(self.notes),
        }


def forced_choice(frame: pd.DataFrame, *, margin: float, confidence: float = 0.95) -> ForcedChoice:
    """Return how often readers chose the synthetic picture of a pair.

    Proportion correct does not depend on a reader's criterion and estimates the area under the ROC curve. With
    readers and pairs random its variance comes from U-statistics, which also take pairs that a reader did not see.

    Source: Green and Swets, Signal Detection Theory and Psychophysics (1966), chapter 2; Macmillan and Creelman,
    Detection Theory (2005), chapter 7 (d'); Gallas, Pennello and Myers 2007 (binary endpoints).

    Args:
        frame: one row per reader and pair: `reader`, `pair`, `right` (bool), `left` (bool: the left one was
            chosen).
        margin: half-width of the zone about one half that counts as "can't tell".
        confidence: of the intervals, in (0.5, 1).

    Raises:
        StatisticsError: for a missing column, a blank cell, no row, or two rows of one reader and pair.
    """
    require_columns(frame, ("reader", "pair", "right", "left"))
    for name in ("reader", "pair"):
        require_present(frame, name)
    require_unique(frame, ("reader", "pair"))
    right, left = booleans(frame, "right"), booleans(frame, "left")
    table = frame[["reader", "pair"]].astype(str).assign(right=right, left=left)
    readers = tuple(_choices(str(name), rows, confidence) for name, rows in table.groupby("reader", sort=True))
    pooled = _choices(POOLED, table, confidence)
    if len(readers) < 2:
        note = "one reader only: no verdict and no interval beyond this reader"
        return ForcedChoice(readers, pooled, None, None, None, (note,))
    notes: tuple[str, ...] = ()
    both = verdict = None
    try:
        both = _over_both(table, confidence)
        verdict = tost(both.estimate, both.standard_error, both.df, margin=margin, confidence=confidence)
        notes = both.notes
    except StatisticsError as error:
        notes = (f"no verdict: {error.message}",)
    over_readers = t_interval([reader.proportion for reader in readers], confidence)
    return ForcedChoice(readers, pooled, over_readers, both, verdict, notes)


def _choices(name: str, rows: pd.DataFrame, confidence: float) -> Choices:
    pairs, right, left = len(rows), int(rows["right"].sum()), int(rows["left"].sum())
    return Choices(
        reader=name,
        pairs=pairs,
        right=right,
        proportion=right / pairs,
        interval=wilson_interval(right, pairs, confidence),
        p=binomial_test(right, pairs),
        d_prime=math.sqrt(2) * NormalDist().inv_cdf((right + 0.5) / (pairs + 1)),
        left=left / pairs,
        p_left=binomial_test(left, pairs),
    )


def _over_both(table: pd.DataFrame, confidence: float) -> UEstimate:
    """Return the proportion with readers and pairs random.

    It is the true positive fraction with each pair a positive case that was called when the choice was right. The
    kernel asks for negatives that it then does not look at: as many are put in, read by all, so that neither the
    moments nor the degrees of freedom feel them.
    """
    pairs, readers = sorted(table["pair"].unique()), sorted(table["reader"].unique())
    chosen = table[["reader"]].assign(case=table["pair"], truth=True, rating=table["right"].astype(float))
    silent = pd.DataFrame(
        [(reader, f"\x00{pair}", False, 0.0) for reader in readers for pair in pairs],
        columns=["reader", "case", "truth", "rating"],
    )
    frame = pd.concat([chosen, silent], ignore_index=True).assign(modality="pairs")
    return u_statistics(frame, endpoint="tpf", confidence=confidence).modalities["pairs"]
