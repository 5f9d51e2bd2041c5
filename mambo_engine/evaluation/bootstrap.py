"""Bootstrap intervals: how far would a figure move with other pictures?

Source: Efron and Tibshirani 1993, sec. 13.3 (percentile interval), 10.3 (bias of a bootstrapped figure).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mambo_engine.errors import ConfigError, DataError

Statistic = Callable[..., float]
"""Given one array of picture numbers a set, with repeats, returns the figure."""


@dataclass(frozen=True)
class Interval:
    """A figure and how far it may be off.

    Attributes:
        estimate: the figure of the pictures as they are.
        low: lower end.
        high: upper end.
        level: share of resampled sets between the ends.
        counts: pictures in each set that was resampled.
        repeats: how often was resampled.
    """

    estimate: float
    low: float
    high: float
    level: float
    counts: tuple[int, ...]
    repeats: int


def bootstrap(
    statistic: Statistic,
    *counts: int,
    seed: int = 0,
    repeats: int = 200,
    level: float = 0.95,
    unbias: bool = False,
) -> Interval:
    """Percentile interval of a figure of one or several sets, each resampled by whole pictures.

    Args:
        statistic: of one index array a set; called `repeats` + 1 times.
        counts: pictures in each set; sets are resampled independently.
        seed: of the resampling.
        repeats: at least 20.
        level: within 0..1.
        unbias: move the interval by the estimate minus the mean over the resampled sets. For a distance between
            sets: resampling repeats pictures, which makes any two sets look further apart than they are, so
            that the plain interval may even lie above the estimate.

    Raises:
        ConfigError: no set, too few repeats, or another level.
        DataError: a set of fewer than two pictures.
    """
    if not counts or repeats < 20 or not 0 < level < 1:
        raise ConfigError(
            f"bootstrap: got {len(counts)} sets, {repeats} repeats and level {level:g}, "
            "expected at least one, at least 20 and within 0..1"
        )
    if min(counts) < 2:
        raise DataError(f"bootstrap: got a set of {min(counts)} pictures, expected at least two")
    estimate = float(statistic(*(np.arange(count) for count in counts)))
    generator = np.random.default_rng(seed)
    found = np.array(
        [statistic(*(generator.integers(0, count, count) for count in counts)) for _ in range(repeats)],
        dtype=np.float64,
    )
    shift = estimate - found.mean() if unbias else 0.0
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2]) + shift
    return Interval(estimate, float(low), float(high), level, counts, repeats)


def bootstrap_mean(
    values: NDArray[np.floating] | NDArray[np.bool_],
    pictures: NDArray[np.integer] | None = None,
    *,
    seed: int = 0,
    repeats: int = 1000,
    level: float = 0.95,
) -> Interval:
    """Interval of a mean over rows, resampled by whole pictures.

    Args:
        values: (n,) one a row.
        pictures: (n,) the picture that each row is of; one row a picture where not given.
        seed: of the resampling.
        repeats: at least 20.
        level: within 0..1.

    Raises:
        ConfigError: see `bootstrap`.
        DataError: fewer than two pictures, or as many numbers as rows not given.
    """
    rows = np.asarray(values, dtype=np.float64)
    numbers = np.arange(len(rows)) if pictures is None else np.asarray(pictures)
    if rows.ndim != 1 or numbers.shape != rows.shape:
        raise DataError(f"values: got shapes {rows.shape} and {numbers.shape}, expected one number a row")
    _, at = np.unique(numbers, return_inverse=True)
    sums, counts = np.bincount(at, weights=rows), np.bincount(at)
    return bootstrap(
        lambda chosen: float(sums[chosen].sum() / counts[chosen].sum()),
        len(counts),
        seed=seed,
        repeats=repeats,
        level=level,
    )
