"""Two-way bootstrap: readers and cases drawn again. For measures without a formula; its variance is too large."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from studies.statistics.checks import require_confidence
from studies.statistics.errors import StatisticsError
from studies.statistics.intervals import Interval
from studies.statistics.mrmc.covariance import Floats, resampled_auc
from studies.statistics.mrmc.pair_sums import calls
from studies.statistics.mrmc.readings import Readings, readings_of

Statistic = Literal["auc", "recall", "specificity", "precision", "f1", "accuracy", "balanced_accuracy"]
BIAS = "biased upward: the reader-by-case noise is drawn twice (Gallas 2009)"


@dataclass(frozen=True)
class TwoWayBootstrap:
    """Estimate and percentile interval by modality, and of the difference of the only two modalities."""

    statistic: str
    confidence: float
    draws: int
    seed: int
    modalities: dict[str, dict[str, Any]]
    difference: dict[str, Any] | None
    notes: tuple[str, ...]
    bias: str = BIAS

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name."""
        return vars(self) | {"method": "two-way bootstrap, percentile", "notes": list(self.notes)}


def two_way_bootstrap(
    frame: pd.DataFrame,
    *,
    statistic: Statistic = "auc",
    threshold: float | None = None,
    draws: int = 1000,
    seed: int = 0,
    confidence: float = 0.95,
) -> TwoWayBootstrap:
    """Return estimates with percentile intervals, readers and cases (within each class) drawn with replacement.

    AUC is the mean over readers of each one's AUC; the others come from calls pooled over readers, as in the
    paper's Overall row. The variance is biased upward and marked so; where a formula exists `u_statistics` is
    better. Resamples in which the statistic is not defined are left out and counted in a note.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993); Gallas et al., Commun. Stat. A 38
    (2009) 2586 (the bias).

    Args:
        frame: one row per reading: `reader`, `case`, `modality`, `truth` (bool), `rating`.
        statistic: "auc", "recall", "specificity", "precision", "f1", "accuracy" or "balanced_accuracy".
        threshold: ratings above it are calls; not needed for ratings of 0 and 1.
        draws: number of resamples, at least 100.
        seed: of the generator.
        confidence: of the intervals, in (0, 1).

    Raises:
        StatisticsError: for a frame that `readings_of` refuses, an unknown statistic, or fewer than 100 draws.
    """
    require_confidence(confidence)
    if draws < 100:
        raise StatisticsError(f"draws: got {draws}, expected at least 100")
    if statistic != "auc" and statistic not in POOLED:
        raise StatisticsError(f"statistic: got {statistic!r}, expected auc, {', '.join(POOLED)}")
    readings = readings_of(frame)
    rng = np.random.default_rng(seed)
    # Row 0 counts everything once: the estimate itself.
    readers, negatives, positives = (
        np.vstack([np.ones(n), rng.multinomial(n, np.full(n, 1 / n), draws)])
        for n in (len(readings.readers), len(readings.negatives), len(readings.positives))
    )
    values = np.stack(
        [
            _resampled(readings, number, (readers, negatives, positives), statistic, threshold)
            for number in range(len(readings.modalities))
        ]
    )
    notes = list(readings.notes)
    undefined = int(np.isnan(values[:, 1:]).any(axis=0).sum())
    if undefined:
        notes.append(f"{undefined} of {draws} resamples left out: {statistic} not defined")
    modalities = {name: _summary(values[number], confidence) for number, name in enumerate(readings.modalities)}
    difference = _summary(values[0] - values[1], confidence) if len(values) == 2 else None
    return TwoWayBootstrap(statistic, confidence, draws, seed, modalities, difference, tuple(notes))


def _f1(tp: Floats, fp: Floats, fn: Floats, tn: Floats) -> Floats:
    return _share(2 * tp, 2 * tp + fp + fn)


def _balanced(tp: Floats, fp: Floats, fn: Floats, tn: Floats) -> Floats:
    return (_share(tp, tp + fn) + _share(tn, tn + fp)) / 2


POOLED: dict[str, Callable[[Floats, Floats, Floats, Floats], Floats]] = {
    "recall": lambda tp, fp, fn, tn: _share(tp, tp + fn),
    "specificity": lambda tp, fp, fn, tn: _share(tn, tn + fp),
    "precision": lambda tp, fp, fn, tn: _share(tp, tp + fp),
    "f1": _f1,
    "accuracy": lambda tp, fp, fn, tn: _share(tp + tn, tp + fp + fn + tn),
    "balanced_accuracy": _balanced,
}


def _resampled(
    readings: Readings,
    modality: int,
    weights: tuple[Floats, Floats, Floats],
    statistic: Statistic,
    threshold: float | None,
) -> Floats:
    """Return (1 + draws,) values of the statistic in one modality."""
    readers, negatives, positives = weights
    cells = np.flatnonzero(readings.modality_of == modality)
    low, high = readings.negative_ratings[cells], readings.positive_ratings[cells]
    if statistic == "auc":
        auc = np.stack([resampled_auc(low[r], high[r], negatives, positives) for r in range(len(cells))], axis=1)
        known = ~np.isnan(auc) * readers
        return _share(np.nansum(auc * readers, axis=1), known.sum(axis=1))
    low, high = calls(low, threshold), calls(high, threshold)

    def total(values: Floats, cases: Floats) -> Floats:
        return np.einsum("dr,dr->d", readers, cases @ np.nan_to_num(values).T)

    return POOLED[statistic](
        total(high, positives),
        total(low, negatives),
        total(1 - high, positives),
        total(1 - low, negatives),
    )


def _summary(values: Floats, confidence: float) -> dict[str, Any]:
    """Return the estimate (row 0) with variance and percentile interval of the rest; None where not defined."""
    drawn = values[1:][~np.isnan(values[1:])]
    estimate = None if np.isnan(values[0]) else float(values[0])
    if len(drawn) < 2:
        return {"estimate": estimate, "variance": None, "interval": None}
    lower, upper = np.quantile(drawn, [0.5 - confidence / 2, 0.5 + confidence / 2])
    interval = Interval(float(lower), float(upper))
    return {"estimate": estimate, "variance": float(drawn.var(ddof=1)), "interval": interval.to_dict()}


def _share(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=whole > 0)
