"""Power and coverage by simulation, with their Monte-Carlo error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from studies.statistics.equivalence import tost
from studies.statistics.errors import StatisticsError
from studies.statistics.intervals import Interval, wilson_interval
from studies.statistics.mrmc.results import UEstimate
from studies.statistics.mrmc.u_statistics import u_statistics_of
from studies.statistics.power.roe_metz import RoeMetz, simulated_readings


@dataclass(frozen=True)
class Power:
    """Share of simulated studies that reach their end; the interval is the Monte-Carlo error (Wilson)."""

    power: float
    interval: Interval
    runs: int
    seed: int

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name."""
        return vars(self) | {"interval": self.interval.to_dict()}


@dataclass(frozen=True)
class Coverage:
    """Share of simulated intervals that hold the true value, by modality and for the difference.

    Attributes:
        shares: of the plain intervals; `intervals`: the Monte-Carlo error of each (Wilson).
        logit_shares: of the intervals on the logit scale, by modality.
    """

    shares: dict[str, float]
    logit_shares: dict[str, float]
    intervals: dict[str, Interval]
    runs: int
    seed: int

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name."""
        return vars(self) | {"intervals": {name: part.to_dict() for name, part in self.intervals.items()}}


def simulated_power(
    model: RoeMetz,
    readers: int,
    negatives: int,
    positives: int,
    *,
    margin: float | None = None,
    runs: int = 500,
    seed: int = 0,
    confidence: float = 0.95,
) -> Power:
    """Return the chance that a study of this size shows a difference, or equivalence within the margin.

    Two modalities are compared with each other, one with 0.5, by `mrmc.u_statistics` (random readers and cases).

    Args:
        model: of one or two modalities.
        readers: number of readers; `negatives`, `positives`: numbers of cases.
        negatives: see above.
        positives: see above.
        margin: of equivalence; without one the power is that of showing a difference.
        runs: number of simulated studies, at least 10.
        seed: of the generator.
        confidence: 1 less the level of the test.

    Raises:
        StatisticsError: for fewer than 10 runs or more than two modalities.
    """
    _check(model, runs)
    rng, reached = np.random.default_rng(seed), 0
    for _ in range(runs):
        readings = simulated_readings(model, readers, negatives, positives, rng=rng)
        found = u_statistics_of(readings, confidence=confidence)
        one: UEstimate = found.difference or next(iter(found.modalities.values()))
        reference = one.null or 0.0
        if margin is None:
            reached += not one.interval.lower <= reference <= one.interval.upper
        else:
            test = tost(
                one.estimate,
                one.standard_error,
                one.df,
                margin=margin,
                reference=reference,
                confidence=confidence,
            )
            reached += test.verdict == "equivalent"
    return Power(reached / runs, wilson_interval(reached, runs), runs, seed)


def interval_coverage(
    model: RoeMetz,
    readers: int,
    negatives: int,
    positives: int,
    *,
    runs: int = 1000,
    seed: int = 0,
    confidence: float = 0.95,
) -> Coverage:
    """Return how often the intervals of `mrmc.u_statistics` hold the model's own AUCs and their difference.

    Args:
        model: of one or two modalities.
        readers: number of readers; `negatives`, `positives`: numbers of cases.
        negatives: see above.
        positives: see above.
        runs: number of simulated studies, at least 10.
        seed: of the generator.
        confidence: of the intervals.

    Raises:
        StatisticsError: for fewer than 10 runs or more than two modalities.
    """
    _check(model, runs)
    rng, truth = np.random.default_rng(seed), dict(model.auc)
    if len(truth) == 2:
        first, second = sorted(truth)
        truth["difference"] = truth[first] - truth[second]
    held, held_logit = dict.fromkeys(truth, 0), dict.fromkeys(model.auc, 0)
    for _ in range(runs):
        found = u_statistics_of(
            simulated_readings(model, readers, negatives, positives, rng=rng), confidence=confidence
        )
        for name, value in truth.items():
            one = found.modalities.get(name) or found.difference
            held[name] += one is not None and _holds(one.interval, value)
            if name in held_logit:
                held_logit[name] += _holds(found.modalities[name].interval_logit, value)
    return Coverage(
        {name: hits / runs for name, hits in held.items()},
        {name: hits / runs for name, hits in held_logit.items()},
        {name: wilson_interval(hits, runs) for name, hits in held.items()},
        runs,
        seed,
    )


def _holds(interval: Interval | None, value: float) -> bool:
    return interval is not None and interval.lower <= value <= interval.upper


def _check(model: RoeMetz, runs: int) -> None:
    if runs < 10:
        raise StatisticsError(f"runs: got {runs}, expected at least 10")
    if len(model.means) > 2:
        raise StatisticsError(f"got {len(model.means)} modalities, expected one or two")
