"""Marks against lesions: FROC curve and the weighted AFROC figure of merit of each reader."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from studies.statistics.checks import numbers, require_columns, require_confidence, require_present
from studies.statistics.errors import StatisticsError
from studies.statistics.intervals import Interval, estimate_interval

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FrocResult:
    """One reader's marks against the lesions.

    Attributes:
        lesions_found: of `lesions`; `false_marks`: marks on no lesion.
        thresholds: (k,) ratings, falling; `lesion_fraction`: (k,) share of lesions marked at or above;
            `false_marks_per_case`: (k,) false marks at or above, by all cases.
        figure_of_merit: weighted AFROC area; None with its error and interval where a class of cases is missing.
    """

    reader: str
    lesions: int
    lesions_found: int
    false_marks: int
    thresholds: Floats
    lesion_fraction: Floats
    false_marks_per_case: Floats
    figure_of_merit: float | None
    standard_error: float | None
    interval: Interval | None
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name, arrays as lists."""
        arrays = ("thresholds", "lesion_fraction", "false_marks_per_case")
        return (
            vars(self)
            | {name: getattr(self, name).tolist() for name in arrays}
            | {"interval": self.interval.to_dict() if self.interval else None}
        )


def froc(
    marks: pd.DataFrame,
    lesions: pd.DataFrame,
    *,
    cases: Sequence[Any],
    readers: Sequence[Any] | None = None,
    confidence: float = 0.95,
) -> tuple[FrocResult, ...]:
    """Return each reader's FROC curve and figure of merit.

    A mark within a lesion's radius hits it; by falling rating each mark takes the nearest lesion still free.
    Further marks on a lesion already hit count neither way. Figure of merit: over all pairs of a case without and
    a case with lesions, the mean of psi(highest false mark on the one, rating of a lesion of the other), lesions
    of a case weighted alike; psi is 1, 1/2 or 0 for below, equal, above; no mark is below every rating. Its error
    is DeLong's over cases.

    Source: Chakraborty and Berbaum, Med. Phys. 31 (2004) 2313; Chakraborty, Observer Performance Methods for
    Diagnostic Imaging (2017), chapter 14 (weights).

    Args:
        marks: one row per mark: `reader`, `case`, `x`, `y` (the lesions' unit), `rating`.
        lesions: one row per lesion: `case`, `x`, `y`, `radius`.
        cases: all cases read, also those without a mark or lesion.
        readers: all readers, also those without a mark; by default those of the marks.
        confidence: of the interval, in (0, 1).

    Raises:
        StatisticsError: for a missing column, a number that is none, or a mark or lesion on a case not in `cases`.
    """
    require_confidence(confidence)
    table, targets = _marks(marks, cases), _lesions(lesions, cases)
    by_case = dict(tuple(targets.groupby("case"))) if len(targets) else {}
    names = sorted(table["reader"].unique()) if readers is None else list(readers)
    return tuple(
        _reader(str(name), table[table["reader"] == name], by_case, list(cases), confidence) for name in names
    )


def _marks(marks: pd.DataFrame, cases: Sequence[Any]) -> pd.DataFrame:
    if marks.empty:
        return pd.DataFrame(columns=["reader", "case", "x", "y", "rating"])
    require_columns(marks, ("reader", "case", "x", "y", "rating"))
    require_present(marks, "reader")
    _known_cases(marks, cases, "mark")
    return marks[["reader", "case"]].assign(**{name: _complete(marks, name) for name in ("x", "y", "rating")})


def _lesions(lesions: pd.DataFrame, cases: Sequence[Any]) -> pd.DataFrame:
    if lesions.empty:
        return pd.DataFrame(columns=["case", "x", "y", "radius"])
    require_columns(lesions, ("case", "x", "y", "radius"))
    _known_cases(lesions, cases, "lesion")
    return lesions[["case"]].assign(**{name: _complete(lesions, name) for name in ("x", "y", "radius")})


def _complete(frame: pd.DataFrame, column: str) -> Floats:
    require_present(frame, column)
    return numbers(frame, column)


def _known_cases(frame: pd.DataFrame, cases: Sequence[Any], what: str) -> None:
    strange = frame.index[~frame["case"].isin(list(cases))]
    if len(strange):
        raise StatisticsError(
            f"case, rows {', '.join(map(str, strange[:5]))}: got a {what} on {frame.loc[strange[0], 'case']}, "
            f"expected one of the {len(cases)} cases",
            column="case",
            rows=list(strange),
        )


def _reader(
    name: str, marks: pd.DataFrame, lesions: dict[Any, pd.DataFrame], cases: list[Any], confidence: float
) -> FrocResult:
    marks_of = dict(tuple(marks.groupby("case"))) if len(marks) else {}
    hits: dict[Any, Floats] = {}
    false: dict[Any, Floats] = {}
    for case in cases:
        hits[case], false[case] = matched(marks_of.get(case), lesions.get(case))
    found = np.concatenate([*hits.values(), np.zeros(0)])
    wrong = np.concatenate([*false.values(), np.zeros(0)])
    thresholds = np.unique(np.concatenate([found[np.isfinite(found)], wrong]))[::-1]
    merit, error, note = _figure_of_merit(hits, false, cases)
    interval = None
    if merit is not None and error is not None:
        limits = estimate_interval(merit, error, math.inf, confidence)
        interval = Interval(max(0.0, limits.lower), min(1.0, limits.upper))
    return FrocResult(
        name,
        len(found),
        int(np.isfinite(found).sum()),
        len(wrong),
        thresholds,
        np.array([(found >= value).mean() for value in thresholds]) if len(found) else np.zeros(len(thresholds)),
        np.array([(wrong >= value).sum() / len(cases) for value in thresholds]),
        merit,
        error,
        interval,
        note,
    )


def matched(marks: pd.DataFrame | None, lesions: pd.DataFrame | None) -> tuple[Floats, Floats]:
    """Return the rating of each lesion's mark (-infinity where missed) and those of false marks, one case."""
    ratings = np.full(0 if lesions is None else len(lesions), -np.inf)
    if marks is None:
        return ratings, np.zeros(0)
    if lesions is None:
        return ratings, marks["rating"].to_numpy(np.float64)
    spots, targets = marks[["x", "y"]].to_numpy(np.float64), lesions[["x", "y"]].to_numpy(np.float64)
    distance = np.linalg.norm(spots[:, None, :] - targets[None, :, :], axis=2)
    inside = distance <= lesions["radius"].to_numpy(np.float64)[None, :]
    values = marks["rating"].to_numpy(np.float64)
    false = []
    for mark in np.argsort(-values, kind="stable"):
        if not inside[mark].any():
            false.append(values[mark])
            continue
        free = np.flatnonzero(inside[mark] & np.isneginf(ratings))
        if len(free):
            ratings[free[np.argmin(distance[mark, free])]] = values[mark]
    return ratings, np.array(false)


def _figure_of_merit(
    hits: dict[Any, Floats], false: dict[Any, Floats], cases: list[Any]
) -> tuple[float | None, float | None, str]:
    normal = np.array([false[case].max(initial=-np.inf) for case in cases if not len(hits[case])])
    diseased = [hits[case] for case in cases if len(hits[case])]
    if not len(normal) or not diseased:
        return None, None, f"no figure of merit: no case {'without' if not len(normal) else 'with'} a lesion"
    kernel = np.stack(
        [((rated > normal[:, None]) + 0.5 * (rated == normal[:, None])).mean(axis=1) for rated in diseased], axis=1
    )
    merit = float(kernel.mean())
    if min(kernel.shape) < 2:
        return merit, None, "no interval: one case with or without lesions"
    by_normal, by_diseased = kernel.mean(axis=1), kernel.mean(axis=0)
    variance = by_normal.var(ddof=1) / len(normal) + by_diseased.var(ddof=1) / len(diseased)
    return merit, math.sqrt(variance), ""
