"""How far a reader agrees with themselves on images shown twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from studies.statistics.agreement.cohen import Weights, cohen_kappa
from studies.statistics.agreement.result import Agreement, sorted_answers
from studies.statistics.checks import require_columns, require_present, require_unique
from studies.statistics.confusion import Measure
from studies.statistics.errors import StatisticsError
from studies.statistics.intervals import wilson_interval


@dataclass(frozen=True)
class IntraReader:
    """One reader's first readings against the second: share of same answers, and kappa."""

    reader: str
    same: Measure
    kappa: Agreement

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name."""
        return {"reader": self.reader, "same": self.same.to_dict(), "kappa": self.kappa.to_dict()}


def intra_reader(
    frame: pd.DataFrame,
    column: str = "answer",
    *,
    weights: Weights | None = None,
    categories: Sequence[Any] | None = None,
    confidence: float = 0.95,
) -> tuple[IntraReader, ...]:
    """Return each reader's agreement between the first two readings of the cases read twice, sorted by reader.

    Args:
        frame: one row per reading: `reader`, `case`, `repeat` (a number that rises) and the column. Cases read
            once count nothing; of more than two readings the first two count.
        column: name of the column of answers.
        weights: of `cohen_kappa`; `categories` too.
        categories: see above.
        confidence: of the intervals, in (0, 1).

    Raises:
        StatisticsError: for a missing column, two rows of one reader, case and repeat, or when nobody read
            anything twice.
    """
    require_columns(frame, ("reader", "case", "repeat", column))
    for name in ("reader", "case", "repeat"):
        require_present(frame, name)
    require_unique(frame, ("reader", "case", "repeat"))
    known = frame[frame[column].notna()].sort_values(["reader", "case", "repeat"], kind="stable")
    turn = known.groupby(["reader", "case"]).cumcount()
    wide = known.assign(turn=turn)[turn < 2].pivot(index=["reader", "case"], columns="turn", values=column)
    if 1 not in wide.columns:
        raise StatisticsError("repeat: got no case read twice by a reader, expected at least one", column="repeat")
    wide = wide[wide[1].notna()]
    if categories is None:
        categories = sorted_answers(known[column].unique(), column)
    found = []
    for reader, rows in wide.groupby(level="reader", sort=True):
        one, two = rows[0].tolist(), rows[1].tolist()
        same = sum(a == b for a, b in zip(one, two, strict=True))
        found.append(
            IntraReader(
                str(reader),
                Measure(same / len(one), wilson_interval(same, len(one), confidence)),
                cohen_kappa(one, two, weights=weights, categories=categories, confidence=confidence),
            )
        )
    return tuple(found)
