"""Intervals of the measures that are not plain proportions: F1, balanced accuracy, MCC and kappa."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from studies.statistics.counts import Confusion
from studies.statistics.errors import StatisticsError
from studies.statistics.intervals import Interval, wilson_interval

Rates = Callable[[float, float, float], float]


def f1_of(recall: float, specificity: float, prevalence: float) -> float:
    """2 prevalence recall / (prevalence + share called positive)."""
    said = prevalence * recall + (1 - prevalence) * (1 - specificity)
    return 2 * prevalence * recall / (prevalence + said)


def balanced_accuracy_of(recall: float, specificity: float, prevalence: float) -> float:
    """Mean of recall and specificity; the prevalence plays no part."""
    return (recall + specificity) / 2


def mcc_of(recall: float, specificity: float, prevalence: float) -> float:
    """(recall + specificity - 1) sqrt(prevalence (1 - prevalence) / (said (1 - said))); 0 where said is 0 or 1."""
    said = prevalence * recall + (1 - prevalence) * (1 - specificity)
    spread = said * (1 - said)
    return (recall + specificity - 1) * math.sqrt(prevalence * (1 - prevalence) / spread) if spread > 0 else 0.0


def kappa_of(recall: float, specificity: float, prevalence: float) -> float:
    """2 p (1 - p) (recall + specificity - 1) / (p (1 - said) + (1 - p) said), p the prevalence."""
    said = prevalence * recall + (1 - prevalence) * (1 - specificity)
    chance = prevalence * (1 - said) + (1 - prevalence) * said
    return 2 * prevalence * (1 - prevalence) * (recall + specificity - 1) / chance


MEASURES: dict[str, tuple[Rates, float, float]] = {
    "f1": (f1_of, 0.0, 1.0),
    "balanced_accuracy": (balanced_accuracy_of, 0.0, 1.0),
    "mcc": (mcc_of, -1.0, 1.0),
    "kappa": (kappa_of, -1.0, 1.0),
}


def rates_interval(table: Confusion, measure: str, confidence: float = 0.95) -> Interval | None:
    """Return the interval of a measure that rises with both recall and specificity; None with one class only.

    Squares and adds the distances to the Wilson limits of the two rates, each put into the measure alone:
    lower = f - sqrt((f - f(l_recall, spec))^2 + (f - f(recall, l_spec))^2), cut to the measure's range. The
    numbers of synthetic and real images are fixed by design. All four measures rise with both rates, so the
    limits lie on the right sides. Finite also at rates of 0 and 1. Readings of one reader are taken as
    independent.

    Source: Zou and Donner, Stat. Med. 27 (2008) 1693 (MOVER); Newcombe, Stat. Med. 17 (1998) 873 (square and add).

    Args:
        table: counts of one reader.
        measure: "f1", "balanced_accuracy", "mcc" or "kappa".
        confidence: in (0, 1).
    """
    if table.recall is None or table.specificity is None:
        return None
    function, lowest, highest = MEASURES[measure]
    prevalence = table.positives / table.n
    recall, specificity = table.recall, table.specificity
    hits = wilson_interval(table.tp, table.positives, confidence)
    rejections = wilson_interval(table.tn, table.negatives, confidence)
    value = function(recall, specificity, prevalence)
    down = math.hypot(
        value - function(hits.lower, specificity, prevalence),
        value - function(recall, rejections.lower, prevalence),
    )
    up = math.hypot(
        function(hits.upper, specificity, prevalence) - value,
        function(recall, rejections.upper, prevalence) - value,
    )
    return Interval(max(lowest, value - down), min(highest, value + up))


def bootstrap_interval(
    table: Confusion, measure: str, *, draws: int = 4000, seed: int = 0, confidence: float = 0.95
) -> Interval | None:
    """Return the percentile interval of a stratified case bootstrap; None with one class only.

    Drawing cases again within each class is drawing TP from Bin(P, recall) and TN from Bin(N, specificity).
    Of no use at rates of 0 and 1, where every draw is the same; `rates_interval` has no such gap.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.

    Args:
        table: counts of one reader.
        measure: "f1", "balanced_accuracy", "mcc" or "kappa".
        draws: number of resamples, at least 100.
        seed: of the generator.
        confidence: in (0, 1).

    Raises:
        StatisticsError: with fewer than 100 draws.
    """
    if draws < 100:
        raise StatisticsError(f"draws: got {draws}, expected at least 100")
    if table.recall is None or table.specificity is None:
        return None
    function, *_ = MEASURES[measure]
    rng = np.random.default_rng(seed)
    recall = rng.binomial(table.positives, table.recall, draws) / table.positives
    specificity = rng.binomial(table.negatives, table.specificity, draws) / table.negatives
    prevalence = table.positives / table.n
    values: NDArray[np.float64] = np.array(
        [function(float(a), float(b), prevalence) for a, b in zip(recall, specificity, strict=True)]
    )
    lower, upper = np.quantile(values, [0.5 - confidence / 2, 0.5 + confidence / 2])
    return Interval(float(lower), float(upper))
