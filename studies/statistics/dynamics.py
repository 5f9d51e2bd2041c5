"""What changed while a reader read: accuracy, criterion and time over the order of trials."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import kendalltau
from statsmodels.genmod.cov_struct import Independence
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_estimating_equations import GEE

from studies.statistics.checks import booleans, numbers, require_columns, require_present, require_unique
from studies.statistics.counts import Confusion, count
from studies.statistics.errors import StatisticsError
from studies.statistics.intervals import Interval, estimate_interval, two_sided_p
from studies.statistics.signal_detection import signal_detection


@dataclass(frozen=True)
class Block:
    """One part of a reader's trials, in order; what needs both classes is None with one class."""

    number: int
    counts: Confusion
    accuracy: float | None
    d_prime: float | None
    criterion: float | None
    median_seconds: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name."""
        return vars(self) | {"counts": dict(vars(self.counts))}


@dataclass(frozen=True)
class Trend:
    """Kendall's tau of a quantity with the order of trials; None with a note where nothing varies."""

    tau: float | None
    p: float | None
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name."""
        return dict(vars(self))


@dataclass(frozen=True)
class ReaderDynamics:
    """One reader: blocks in order, trends of right answers and of seconds, median and quartiles of seconds."""

    reader: str
    blocks: tuple[Block, ...]
    accuracy_trend: Trend
    time_trend: Trend
    seconds: tuple[float, float, float] | None

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name; `seconds` are lower quartile, median, upper quartile."""
        return {
            "reader": self.reader,
            "blocks": [block.to_dict() for block in self.blocks],
            "accuracy_trend": self.accuracy_trend.to_dict(),
            "time_trend": self.time_trend.to_dict(),
            "seconds": list(self.seconds) if self.seconds else None,
        }


def reader_dynamics(frame: pd.DataFrame, *, blocks: int = 4) -> tuple[ReaderDynamics, ...]:
    """Return how each reader changed, sorted by reader.

    Args:
        frame: one row per reading: `reader`, `order` (a number that rises with the trials), `truth` (bool),
            `answer` (bool), and where known `seconds` (above 0, blank where missing).
        blocks: number of parts of about equal length, at least 2.

    Raises:
        StatisticsError: for a missing column, a blank cell, two rows of one reader and order, or too few blocks.
    """
    if blocks < 2:
        raise StatisticsError(f"blocks: got {blocks}, expected at least 2")
    table = _checked(frame)
    return tuple(_reader(str(name), rows, blocks) for name, rows in table.groupby("reader", sort=True))


@dataclass(frozen=True)
class OrderEffect:
    """Odds ratio of a right answer from a reader's first trial to the last; above 1 is learning, below fatigue."""

    odds_ratio: float | None
    interval: Interval | None
    p: float | None
    readers: int
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name, with the method's name."""
        interval = self.interval.to_dict() if self.interval else None
        return {"method": "logistic GEE, readers as clusters"} | vars(self) | {"interval": interval}


def order_effect(frame: pd.DataFrame, *, confidence: float = 0.95) -> OrderEffect:
    """Return the trend over all readers: logit P(right) = class + slope x position, position 0 first to 1 last.

    Sandwich errors with readers as clusters, working independence, t with the number of readers less one. With
    few readers such errors are too small; a note says so below ten.

    Source: Liang and Zeger, Biometrika 73 (1986) 13.

    Args:
        frame: as for `reader_dynamics`.
        confidence: of the interval, in (0, 1).

    Raises:
        StatisticsError: for a frame that `reader_dynamics` refuses.
    """
    table = _checked(frame)
    readers = table["reader"].nunique()
    right = table["right"].to_numpy(float)
    if readers < 2 or right.min() == right.max():
        reason = "one reader" if readers < 2 else "all answers are right, or all wrong"
        return OrderEffect(None, None, None, readers, f"not defined: {reason}")
    position = table.groupby("reader")["order"].rank(method="first") - 1
    last = table.groupby("reader")["order"].transform("size") - 1
    scaled = (position / last.where(last > 0)).fillna(0.0).to_numpy()
    design = np.column_stack([np.ones(len(table)), scaled])
    if table["truth"].nunique() == 2:
        design = np.column_stack([design, table["truth"].to_numpy(float)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = GEE(
            right, design, pd.factorize(table["reader"])[0], family=Binomial(), cov_struct=Independence()
        ).fit()
        slope, error = float(fit.params[1]), float(fit.bse[1])
    if not (math.isfinite(slope) and math.isfinite(error)) or abs(slope) > 50:
        return OrderEffect(None, None, None, readers, "not defined: the fit runs off")
    limits = estimate_interval(slope, error, readers - 1, confidence)
    interval = Interval(math.exp(max(limits.lower, -700.0)), math.exp(min(limits.upper, 700.0)))
    note = "" if readers >= 10 else f"{readers} readers: the error is likely too small"
    return OrderEffect(math.exp(slope), interval, two_sided_p(slope, error, readers - 1), readers, note)


def _checked(frame: pd.DataFrame) -> pd.DataFrame:
    require_columns(frame, ("reader", "order", "truth", "answer"))
    for column in ("reader", "order"):
        require_present(frame, column)
    require_unique(frame, ("reader", "order"))
    truth, answer = booleans(frame, "truth"), booleans(frame, "answer")
    seconds = numbers(frame, "seconds") if "seconds" in frame else np.full(len(frame), np.nan)
    table = frame[["reader"]].assign(
        order=numbers(frame, "order"), truth=truth, answer=answer, right=answer == truth, seconds=seconds
    )
    return table.sort_values(["reader", "order"], kind="stable")


def _reader(name: str, rows: pd.DataFrame, blocks: int) -> ReaderDynamics:
    parts = [part for part in np.array_split(np.arange(len(rows)), blocks) if len(part)]
    known = rows["seconds"].dropna()
    quartiles = tuple(float(value) for value in known.quantile([0.25, 0.5, 0.75])) if len(known) else None
    timed = rows[rows["seconds"].notna()]
    return ReaderDynamics(
        name,
        tuple(_block(number, rows.iloc[part]) for number, part in enumerate(parts, start=1)),
        _trend(rows["order"], rows["right"].astype(float)),
        _trend(timed["order"], timed["seconds"]),
        (quartiles[0], quartiles[1], quartiles[2]) if quartiles else None,
    )


def _block(number: int, rows: pd.DataFrame) -> Block:
    table = count(rows["truth"].to_numpy(bool), rows["answer"].to_numpy(bool))
    ability = signal_detection(table)
    known = rows["seconds"].dropna()
    return Block(
        number,
        table,
        table.accuracy,
        ability.d_prime if ability else None,
        ability.criterion if ability else None,
        float(known.median()) if len(known) else None,
    )


def _trend(order: pd.Series[float], values: pd.Series[float]) -> Trend:
    if len(values) < 3 or values.nunique() < 2:
        return Trend(None, None, "no trend: fewer than three trials, or nothing varies")
    found = kendalltau(order, values)
    return Trend(float(found.statistic), float(found.pvalue))
