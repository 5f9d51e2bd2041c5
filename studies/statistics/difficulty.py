"""How hard each case is: share of wrong answers, shrunken to its class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import betaincinv

from studies.statistics.checks import booleans, require_columns, require_present, require_unique
from studies.statistics.intervals import Interval

STRONGEST = 1e6


@dataclass(frozen=True)
class CaseDifficulty:
    """One case: share wrong as counted and shrunken, and whether those who err here err elsewhere.

    Attributes:
        shrunken: posterior mean; `interval`: equal-tailed posterior interval.
        item_total: correlation over readers of the answer here being right with their share right elsewhere; None
            where nothing varies.
    """

    case: str
    truth: bool
    wrong: int
    readings: int
    share_wrong: float
    shrunken: float
    interval: Interval
    item_total: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name."""
        return vars(self) | {"interval": self.interval.to_dict()}


def case_difficulty(frame: pd.DataFrame, *, confidence: float = 0.95) -> tuple[CaseDifficulty, ...]:
    """Return the cases, hardest first.

    Shares are shrunken to the mean of their class by a beta prior whose mean and strength come from all cases of
    the class by the method of moments (beta-binomial): (wrong + a) / (n + a + b). Cases no more varied than
    chance get all but the class's mean.

    Source: Kleinman, J. Am. Stat. Assoc. 68 (1973) 46; item-total correlation as in classical test theory.

    Args:
        frame: one row per reading: `reader`, `case`, `truth` (bool), `answer` (bool).
        confidence: of the intervals, in (0, 1).

    Raises:
        StatisticsError: for a missing column, a blank cell, or two rows of one reader and case.
    """
    table = right_answers(frame)
    found = []
    for truth, rows in table.groupby("truth", sort=True):
        wrong = rows.groupby("case", sort=True)["right"].agg(lambda right: int((~right).sum()))
        number = rows.groupby("case", sort=True)["right"].size()
        a, b = _beta_prior(wrong.to_numpy(float), number.to_numpy(float))
        items = _item_totals(table, list(wrong.index))
        for case in wrong.index:
            hits, n = int(wrong[case]), int(number[case])
            low, high = (float(betaincinv(hits + a, n - hits + b, q)) for q in _tails(confidence))
            found.append(
                CaseDifficulty(
                    str(case),
                    bool(truth),
                    hits,
                    n,
                    hits / n,
                    (hits + a) / (n + a + b),
                    Interval(low, high),
                    items[case],
                )
            )
    return tuple(sorted(found, key=lambda case: (-case.shrunken, case.case)))


def right_answers(frame: pd.DataFrame) -> pd.DataFrame:
    """Return `reader`, `case`, `truth` and `right` (bool) of checked readings.

    Raises:
        StatisticsError: for a missing column, a blank cell, or two rows of one reader and case.
    """
    require_columns(frame, ("reader", "case", "truth", "answer"))
    for column in ("reader", "case"):
        require_present(frame, column)
    require_unique(frame, ("reader", "case"))
    truth = booleans(frame, "truth")
    return frame[["reader", "case"]].assign(truth=truth, right=booleans(frame, "answer") == truth)


def _beta_prior(wrong: NDArray[np.float64], number: NDArray[np.float64]) -> tuple[float, float]:
    """Return a and b of the beta prior by the method of moments; strong where cases vary no more than chance."""
    mean = float(np.clip(wrong.sum() / number.sum(), 1e-3, 1 - 1e-3))
    cases = len(wrong)
    if cases < 2:
        return mean, 1 - mean
    weighted = float((number * (wrong / number - mean) ** 2).sum())
    expected = mean * (1 - mean)
    size = float(number.sum() - (number**2).sum() / number.sum())
    rho = (weighted - (cases - 1) * expected) / (expected * (size - (cases - 1))) if size > cases - 1 else 0.0
    strength = min(max(1 / max(rho, 1e-9) - 1, 1e-3), STRONGEST)
    return mean * strength, (1 - mean) * strength


def _item_totals(table: pd.DataFrame, cases: list[Any]) -> dict[Any, float | None]:
    wide = table.pivot(index="reader", columns="case", values="right")
    values = wide.to_numpy(np.float64, na_value=np.nan)
    total, others = np.nansum(values, axis=1), (~np.isnan(values)).sum(axis=1) - 1
    found: dict[Any, float | None] = {}
    for case, column in zip(cases, wide.columns.get_indexer(cases), strict=True):
        here = values[:, column]
        usable = ~np.isnan(here) & (others > 0)
        x, y = here[usable], (total[usable] - here[usable]) / others[usable]
        varies = len(x) > 2 and x.std() > 0 and y.std() > 1e-12
        found[case] = float(np.corrcoef(x, y)[0, 1]) if varies else None
    return found


def _tails(confidence: float) -> tuple[float, float]:
    return 0.5 - confidence / 2, 0.5 + confidence / 2
