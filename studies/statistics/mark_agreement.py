"""Whether readers mark the same places, when nobody knows where the findings are."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from studies.statistics.checks import numbers, require_columns, require_present
from studies.statistics.errors import StatisticsError

Floats = NDArray[np.float64]
Matching = Literal["distance", "iou"]


@dataclass(frozen=True)
class MarkAgreement:
    """Two readers' marks: agreement = 2 matched / (marks of both)."""

    first: str
    second: str
    first_marks: int
    second_marks: int
    matched: int
    agreement: float

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name."""
        return dict(vars(self))


def mark_agreement(marks: pd.DataFrame, *, by: Matching = "distance", limit: float) -> tuple[MarkAgreement, ...]:
    """Return the agreement of each two readers, cases pooled.

    In each case the closest pair of unmatched marks is matched first, as long as it is close enough (greedy). The
    share is positive agreement (Dice): places that neither marked can't be counted.

    Source: Fleiss, Biometrics 31 (1975) 651 (positive agreement).

    Args:
        marks: one row per mark: `reader`, `case`, `x`, `y`; for "iou" also `width`, `height` (x, y top left).
        by: "distance" of centers or "iou" of boxes.
        limit: largest distance (the marks' unit) or least IoU that counts; above 0, an IoU at most 1.

    Raises:
        StatisticsError: for a missing column, a number that is none, or a limit out of range.
    """
    if not limit > 0 or (by == "iou" and limit > 1):
        raise StatisticsError(f"limit: got {limit}, expected above 0{' and at most 1' if by == 'iou' else ''}")
    columns = ("x", "y", "width", "height") if by == "iou" else ("x", "y")
    require_columns(marks, ("reader", "case", *columns))
    for column in ("reader", "case", *columns):
        require_present(marks, column)
    table = marks[["reader", "case"]].assign(**{name: numbers(marks, name) for name in columns})
    shapes = {
        reader: {case: part[list(columns)].to_numpy() for case, part in rows.groupby("case")}
        for reader, rows in table.groupby("reader", sort=True)
    }
    found = []
    for one, two in combinations(shapes, 2):
        shared = sum(
            _matches(shapes[one][case], shapes[two][case], by, limit)
            for case in shapes[one]
            if case in shapes[two]
        )
        n, m = (sum(len(part) for part in shapes[reader].values()) for reader in (one, two))
        found.append(MarkAgreement(str(one), str(two), n, m, shared, 2 * shared / (n + m)))
    return tuple(found)


def _matches(first: Floats, second: Floats, by: Matching, limit: float) -> int:
    """Return how many marks of one case match, closest first."""
    if by == "distance":
        cost = np.linalg.norm(first[:, None, :] - second[None, :, :], axis=2)
        most = limit
    else:
        cost, most = 1 - iou(first, second), 1 - limit
    number = 0
    while cost.size and cost.min() <= most:
        row, column = np.unravel_index(np.argmin(cost), cost.shape)
        cost = np.delete(np.delete(cost, row, axis=0), column, axis=1)
        number += 1
    return number


def iou(first: Floats, second: Floats) -> Floats:
    """Return (n, m) intersection over union of boxes (x, y, width, height); 0 for boxes without an area."""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum((first[:, :2] + first[:, 2:])[:, None], (second[:, :2] + second[:, 2:])[None])
    shared = np.prod(np.clip(high - low, 0, None), axis=2)
    union = np.prod(first[:, 2:], axis=1)[:, None] + np.prod(second[:, 2:], axis=1)[None] - shared
    return np.divide(shared, union, out=np.zeros(shared.shape), where=union > 0)
