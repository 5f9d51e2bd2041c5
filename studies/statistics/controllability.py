"""Whether generated images are read as the category that was asked for, and as often suspicious as originals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from studies.statistics.agreement import Agreement, cohen_kappa
from studies.statistics.agreement.cohen import kappa_of_table
from studies.statistics.checks import booleans, require_columns, require_present, require_unique, shown_value
from studies.statistics.equivalence import EquivalenceTest, tost
from studies.statistics.errors import StatisticsError
from studies.statistics.intervals import Interval
from studies.statistics.mrmc.results import UEstimate
from studies.statistics.mrmc.u_statistics import u_statistics

Floats = NDArray[np.float64]
BIRADS = ("0", "1", "2", "3", "4", "5", "6")
SUSPICIOUS = ("4", "5")


@dataclass(frozen=True, eq=False)
class Controllability:
    """Requested against read categories.

    Attributes:
        categories: in order; `matrix`: (q, q) numbers of readings, requested by row, read by column.
        readers: each reader's quadratically weighted kappa; `pooled`: of all readings, its own error ignores
            clustering; `interval`: of the pooled kappa, readers and cases drawn again, None where not defined.
    """

    categories: tuple[str, ...]
    matrix: Floats
    readers: dict[str, Agreement]
    pooled: Agreement
    interval: Interval | None
    method: str = "quadratically weighted kappa; two-way bootstrap, percentile, biased upward"

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name, the matrix as lists."""
        return {
            "method": self.method,
            "categories": list(self.categories),
            "matrix": self.matrix.astype(int).tolist(),
            "readers": {reader: kappa.to_dict() for reader, kappa in self.readers.items()},
            "pooled": self.pooled.to_dict(),
            "interval": self.interval.to_dict() if self.interval else None,
        }


def controllability(
    frame: pd.DataFrame,
    *,
    categories: Sequence[str] = BIRADS,
    draws: int = 500,
    seed: int = 0,
    confidence: float = 0.95,
) -> Controllability:
    """Return how requested and read categories of generated images agree.

    Args:
        frame: one row per reading of a generated image: `reader`, `case`, `requested`, `read`; rows with a blank
            category are left out.
        categories: all there could be, in order.
        draws: resamples of readers and cases; `seed`: of their generator.
        seed: see above.
        confidence: of the intervals, in (0, 1).

    Raises:
        StatisticsError: for a missing column, two rows of one reader and case, a value that is no category, or no
            row with both.
    """
    require_columns(frame, ("reader", "case", "requested", "read"))
    require_unique(frame, ("reader", "case"))
    known = frame[frame["requested"].notna() & frame["read"].notna()]
    if known.empty:
        raise StatisticsError("requested, read: got no row with both, expected at least one", column="requested")
    codes = [_codes(known, column, categories) for column in ("requested", "read")]
    size = len(categories)
    whole = _table(codes[0], codes[1], np.ones(len(known)), size)
    readers = {
        str(reader): cohen_kappa(
            rows["requested"].astype(str).tolist(),
            rows["read"].astype(str).tolist(),
            weights="quadratic",
            categories=categories,
            confidence=confidence,
        )
        for reader, rows in known.groupby("reader", sort=True)
    }
    drawn = _drawn_kappas(known, codes, size, draws=draws, seed=seed)
    limits = None
    if len(drawn) > 1:
        lower, upper = np.quantile(drawn, [0.5 - confidence / 2, 0.5 + confidence / 2])
        limits = Interval(float(lower), float(upper))
    pooled = kappa_of_table(whole, weights="quadratic", confidence=confidence)
    return Controllability(tuple(categories), whole, readers, pooled, limits if pooled.value is not None else None)


@dataclass(frozen=True)
class SuspicionDifference:
    """Shares of readings called suspicious, and synthetic minus original, readers and cases random."""

    synthetic: UEstimate
    original_share: float
    difference: float
    standard_error: float
    df: float
    interval: Interval
    verdict: EquivalenceTest | None

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name."""
        return {
            "method": "U-statistics (Gallas 2006), random readers and cases",
            "synthetic": self.synthetic.to_dict(),
            "original_share": self.original_share,
            "difference": self.difference,
            "standard_error": self.standard_error,
            "df": self.df,
            "interval": self.interval.to_dict(),
            "verdict": self.verdict.to_dict() if self.verdict else None,
        }


def suspicion_difference(
    frame: pd.DataFrame,
    *,
    suspicious: Sequence[str] = SUSPICIOUS,
    margin: float | None = None,
    confidence: float = 0.95,
) -> SuspicionDifference:
    """Return how much more often synthetic images were called suspicious than original ones.

    Taken as calls, the share among synthetic images is a TPF, that among originals 1 - TNF, and their difference
    2 balanced accuracy - 1, so its variance over readers and cases is 4 times that one's.

    Source: MAMBO, section 4.2 (22.9 % against 28.6 %, without a stated margin); Gallas, Acad. Radiol. 13 (2006).

    Args:
        frame: one row per reading: `reader`, `case`, `truth` (bool, true for synthetic), `birads`; rows with a
            blank category are left out.
        suspicious: the categories that count.
        margin: of equivalence about 0; without one there is no verdict.
        confidence: of the intervals, in (0.5, 1).

    Raises:
        StatisticsError: for a missing column, two rows of one reader and case, or a class that was not read.
    """
    require_columns(frame, ("reader", "case", "truth", "birads"))
    known = frame[frame["birads"].notna()]
    if known.empty:
        raise StatisticsError("birads: got no category, expected at least one", column="birads")
    calls = known[["reader", "case"]].assign(
        modality="all",
        truth=booleans(known, "truth"),
        rating=known["birads"].astype(str).isin(list(suspicious)).astype(float),
    )
    both = u_statistics(calls, endpoint="balanced_accuracy", confidence=confidence).modalities["all"]
    synthetic = u_statistics(calls, endpoint="tpf", confidence=confidence).modalities["all"]
    original = u_statistics(calls, endpoint="tnf", confidence=confidence).modalities["all"]
    difference, error = 2 * both.estimate - 1, 2 * both.standard_error
    interval = Interval(2 * both.interval.lower - 1, 2 * both.interval.upper - 1)
    verdict = None
    if margin is not None:
        verdict = tost(difference, error, both.df, margin=margin, reference=0.0, confidence=confidence)
    return SuspicionDifference(synthetic, 1 - original.estimate, difference, error, both.df, interval, verdict)


def _codes(frame: pd.DataFrame, column: str, categories: Sequence[str]) -> NDArray[np.intp]:
    require_present(frame, "reader")
    found = pd.Index(list(categories)).get_indexer(frame[column].astype(str))
    wrong = frame.index[found < 0]
    if len(wrong):
        raise StatisticsError(
            f"{column}, rows {', '.join(map(str, wrong[:5]))}: got {shown_value(frame.loc[wrong[0], column])}, "
            f"expected one of {', '.join(categories)}",
            column=column,
            rows=list(wrong),
        )
    return found


def _table(rows: NDArray[np.intp], columns: NDArray[np.intp], weights: Floats, size: int) -> Floats:
    counts = np.bincount(rows * size + columns, weights=weights, minlength=size * size)
    return counts.astype(np.float64).reshape(size, size)


def _drawn_kappas(
    frame: pd.DataFrame, codes: list[NDArray[np.intp]], size: int, *, draws: int, seed: int
) -> list[float]:
    """Return pooled kappas of resampled readers and cases; draws in which it is not defined are left out."""
    rng = np.random.default_rng(seed)
    reader, readers = pd.factorize(frame["reader"])
    case, cases = pd.factorize(frame["case"])
    values = []
    for _ in range(draws):
        by_reader = rng.multinomial(len(readers), np.full(len(readers), 1 / len(readers)))
        by_case = rng.multinomial(len(cases), np.full(len(cases), 1 / len(cases)))
        weights = (by_reader[reader] * by_case[case]).astype(np.float64)
        if weights.sum() > 0:
            value = kappa_of_table(_table(codes[0], codes[1], weights, size), weights="quadratic").value
            if value is not None:
                values.append(value)
    return values
