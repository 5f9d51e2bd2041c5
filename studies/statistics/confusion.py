"""What follows from a reader's two-by-two table: measures with intervals, baselines, tests against them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import ArrayLike

from studies.statistics.counts import Confusion, always_real, always_synthetic, count, pooled
from studies.statistics.errors import StatisticsError
from studies.statistics.intervals import Interval, binomial_test, wilson_interval
from studies.statistics.measure_intervals import rates_interval
from studies.statistics.multiplicity import holm

__all__ = [
    "ChanceTest",
    "Confusion",
    "ConfusionSummary",
    "Measure",
    "always_real",
    "always_synthetic",
    "baselines",
    "chance_tests",
    "count",
    "pooled",
    "summarize",
    "summarize_counts",
]

WILSON = "Wilson score"
SQUARED = "square and add of Wilson limits"
PROPORTIONS = ("precision", "recall", "specificity", "npv", "accuracy")
OTHERS = ("f1", "balanced_accuracy", "mcc", "kappa")


@dataclass(frozen=True)
class Measure:
    """A value with its interval; both None where it is not defined, and then the note says why."""

    value: float | None
    interval: Interval | None
    method: str = WILSON
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return value, limits, method and note."""
        interval = self.interval.to_dict() if self.interval else None
        return {"value": self.value, "interval": interval, "method": self.method, "note": self.note}


@dataclass(frozen=True)
class ConfusionSummary:
    """Counts and measures of one table. All intervals take the readings as independent."""

    counts: Confusion
    precision: Measure
    recall: Measure
    specificity: Measure
    npv: Measure
    accuracy: Measure
    f1: Measure
    balanced_accuracy: Measure
    mcc: Measure
    kappa: Measure

    def to_dict(self) -> dict[str, Any]:
        """Return counts and measures, JSON-ready."""
        table = self.counts
        counts = {"tp": table.tp, "fp": table.fp, "fn": table.fn, "tn": table.tn, "n": table.n}
        return counts | {name: getattr(self, name).to_dict() for name in PROPORTIONS + OTHERS}


def summarize(truth: ArrayLike, answer: ArrayLike, *, confidence: float = 0.95) -> ConfusionSummary:
    """Return counts and measures of one reader's answers.

    Proportions carry Wilson intervals; F1, balanced accuracy, MCC and kappa the squared and added Wilson limits
    of recall and specificity (`measure_intervals.rates_interval`).

    Source: MAMBO, section 4.2 and Table 2 (precision, recall, F1, accuracy).

    Args:
        truth: (n,) booleans (or 0 and 1), true for synthetic.
        answer: (n,) booleans (or 0 and 1), true where the reader said synthetic.
        confidence: of the intervals, in (0, 1).

    Raises:
        StatisticsError: when the two differ in length or are not one-dimensional booleans.
    """
    return summarize_counts(count(truth, answer), confidence=confidence)


def summarize_counts(table: Confusion, *, confidence: float = 0.95) -> ConfusionSummary:
    """Return the measures of a table of counts."""

    def proportion(hits: int, trials: int, none_of: str) -> Measure:
        if trials == 0:
            return Measure(None, None, note=f"not defined: no {none_of}")
        return Measure(hits / trials, wilson_interval(hits, trials, confidence))

    def other(name: str) -> Measure:
        value, interval = getattr(table, name), rates_interval(table, name, confidence)
        note = "" if value is not None else f"not defined: {_lacking(table)}"
        if value is not None and interval is None:
            note = f"no interval: {_lacking(table)}"
        return Measure(value, interval if value is not None else None, SQUARED, note)

    said_positive, said_negative = table.tp + table.fp, table.tn + table.fn
    return ConfusionSummary(
        table,
        proportion(table.tp, said_positive, "answer said synthetic"),
        proportion(table.tp, table.positives, "synthetic image was read"),
        proportion(table.tn, table.negatives, "real image was read"),
        proportion(table.tn, said_negative, "answer said real"),
        proportion(table.tp + table.tn, table.n, "image was read"),
        *(other(name) for name in OTHERS),
    )


def baselines(table: Confusion, *, confidence: float = 0.95) -> dict[str, ConfusionSummary]:
    """Return what answers without looking would give on the same images.

    "always_synthetic" and "always_real" are as named; the better of their accuracies is the share of the larger
    class, which any accuracy has to be compared with.
    """
    tables = {"always_synthetic": always_synthetic(table), "always_real": always_real(table)}
    return {name: summarize_counts(other, confidence=confidence) for name, other in tables.items()}


@dataclass(frozen=True)
class ChanceTest:
    """Exact binomial tests of one reader's accuracy, and the same after Holm over the readers."""

    p_half: float
    p_half_holm: float
    p_prevalence: float
    p_prevalence_holm: float

    def to_dict(self) -> dict[str, float]:
        """Return all fields by name."""
        return dict(vars(self))


def chance_tests(tables: Mapping[str, Confusion]) -> dict[str, ChanceTest]:
    """Return for each reader the exact binomial p of accuracy against one half and against the prevalence.

    The prevalence is the share of synthetic images among the reader's own: the accuracy of always saying so.

    Raises:
        StatisticsError: when a reader has no reading.
    """
    empty = [reader for reader, table in tables.items() if table.n == 0]
    if empty:
        raise StatisticsError(
            f"readers {', '.join(empty)}: got no reading, expected at least one", column="reader"
        )
    right = {reader: table.tp + table.tn for reader, table in tables.items()}
    half = {reader: binomial_test(right[reader], table.n) for reader, table in tables.items()}
    share = {
        reader: binomial_test(right[reader], table.n, table.positives / table.n)
        for reader, table in tables.items()
    }
    half_holm, share_holm = holm(half), holm(share)
    return {
        reader: ChanceTest(half[reader], half_holm[reader], share[reader], share_holm[reader]) for reader in tables
    }


def _lacking(table: Confusion) -> str:
    if table.n == 0:
        return "no image was read"
    if table.positives == 0:
        return "no synthetic image was read"
    if table.negatives == 0:
        return "no real image was read"
    return "all answers are the same"
