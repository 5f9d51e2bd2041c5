"""The two-by-two table of a reader and what follows from it. Positive means synthetic, as in the paper."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from studies.statistics.intervals import Interval, wilson_interval


@dataclass(frozen=True)
class Confusion:
    """Counts of one reader, or of readers together. A measure whose denominator is 0 is None.

    Source: MAMBO, section 4.2 and Table 2 (precision, recall, F1, accuracy).
    """

    tp: int
    fp: int
    fn: int
    tn: int

    def __post_init__(self) -> None:
        if min(self.tp, self.fp, self.fn, self.tn) < 0:
            raise ValueError(f"got {self.tp}, {self.fp}, {self.fn}, {self.tn}, expected counts of 0 or more")

    def __add__(self, other: Confusion) -> Confusion:
        return Confusion(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn, self.tn + other.tn)

    @property
    def n(self) -> int:
        """All readings."""
        return self.tp + self.fp + self.fn + self.tn

    @property
    def positives(self) -> int:
        """Readings of synthetic images."""
        return self.tp + self.fn

    @property
    def negatives(self) -> int:
        """Readings of real images."""
        return self.tn + self.fp

    @property
    def precision(self) -> float | None:
        """TP / (TP + FP)."""
        return _ratio(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> float | None:
        """TP / (TP + FN), the sensitivity."""
        return _ratio(self.tp, self.positives)

    @property
    def specificity(self) -> float | None:
        """TN / (TN + FP)."""
        return _ratio(self.tn, self.negatives)

    @property
    def npv(self) -> float | None:
        """TN / (TN + FN), the negative predictive value."""
        return _ratio(self.tn, self.tn + self.fn)

    @property
    def f1(self) -> float | None:
        """2 TP / (2 TP + FP + FN), the harmonic mean of precision and recall."""
        return _ratio(2 * self.tp, 2 * self.tp + self.fp + self.fn)

    @property
    def accuracy(self) -> float | None:
        """(TP + TN) / n."""
        return _ratio(self.tp + self.tn, self.n)

    @property
    def balanced_accuracy(self) -> float | None:
        """Mean of recall and specificity; 0.5 without any ability, whatever the prevalence."""
        if self.recall is None or self.specificity is None:
            return None
        return (self.recall + self.specificity) / 2

    @property
    def mcc(self) -> float | None:
        """Matthews correlation coefficient, in [-1, 1]."""
        columns = (self.tp + self.fp) * (self.tn + self.fn)
        product = columns * self.positives * self.negatives
        return (self.tp * self.tn - self.fp * self.fn) / math.sqrt(product) if product else None

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa of answer against truth, in [-1, 1]."""
        if self.n == 0:
            return None
        said, is_positive = (self.tp + self.fp) / self.n, self.positives / self.n
        expected = said * is_positive + (1 - said) * (1 - is_positive)
        return _ratio((self.tp + self.tn) / self.n - expected, 1 - expected)

    @property
    def said_synthetic(self) -> float | None:
        """Share of readings that were answered with synthetic."""
        return _ratio(self.tp + self.fp, self.n)


@dataclass(frozen=True)
class Measure:
    """A value with the Wilson interval of its proportion; both None where it is not defined."""

    value: float | None
    interval: Interval | None

    def to_dict(self) -> dict[str, Any]:
        """Return value and limits."""
        return {"value": self.value, "interval": self.interval.to_dict() if self.interval else None}


@dataclass(frozen=True)
class ConfusionSummary:
    """Counts and measures of one table. Proportions carry Wilson intervals, the others none yet."""

    counts: Confusion
    precision: Measure
    recall: Measure
    specificity: Measure
    npv: Measure
    accuracy: Measure
    f1: float | None
    balanced_accuracy: float | None
    mcc: float | None
    kappa: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return counts and measures, JSON-ready."""
        table = self.counts
        proportions = ("precision", "recall", "specificity", "npv", "accuracy")
        plain = ("f1", "balanced_accuracy", "mcc", "kappa")
        return (
            {"tp": table.tp, "fp": table.fp, "fn": table.fn, "tn": table.tn, "n": table.n}
            | {name: getattr(self, name).to_dict() for name in proportions}
            | {name: getattr(self, name) for name in plain}
        )


def summarize(truth: ArrayLike, answer: ArrayLike, *, confidence: float = 0.95) -> ConfusionSummary:
    """Return counts and measures of one reader's answers.

    Args:
        truth: (n,) booleans, true for synthetic.
        answer: (n,) booleans, true where the reader said synthetic.
        confidence: of the intervals, in (0, 1).

    Raises:
        ValueError: when the two differ in length or are not one-dimensional booleans.
    """
    return summarize_counts(count(truth, answer), confidence=confidence)


def count(truth: ArrayLike, answer: ArrayLike) -> Confusion:
    """Return the two-by-two table of two boolean arrays of equal length.

    Raises:
        ValueError: when the two differ in length or are not one-dimensional booleans.
    """
    is_synthetic, said = np.asarray(truth), np.asarray(answer)
    if is_synthetic.ndim != 1 or is_synthetic.shape != said.shape:
        raise ValueError(f"got shapes {is_synthetic.shape} and {said.shape}, expected two equal (n,)")
    if is_synthetic.size and (is_synthetic.dtype != bool or said.dtype != bool):
        raise ValueError(f"got {is_synthetic.dtype} and {said.dtype}, expected booleans")
    is_synthetic, said = is_synthetic.astype(bool), said.astype(bool)
    return Confusion(
        tp=int(np.sum(is_synthetic & said)),
        fp=int(np.sum(~is_synthetic & said)),
        fn=int(np.sum(is_synthetic & ~said)),
        tn=int(np.sum(~is_synthetic & ~said)),
    )


def summarize_counts(table: Confusion, *, confidence: float = 0.95) -> ConfusionSummary:
    """Return the measures of a table of counts."""

    def proportion(hits: int, trials: int) -> Measure:
        if trials == 0:
            return Measure(None, None)
        return Measure(hits / trials, wilson_interval(hits, trials, confidence))

    return ConfusionSummary(
        counts=table,
        precision=proportion(table.tp, table.tp + table.fp),
        recall=proportion(table.tp, table.positives),
        specificity=proportion(table.tn, table.negatives),
        npv=proportion(table.tn, table.tn + table.fn),
        accuracy=proportion(table.tp + table.tn, table.n),
        f1=table.f1,
        balanced_accuracy=table.balanced_accuracy,
        mcc=table.mcc,
        kappa=table.kappa,
    )


def pooled(tables: Iterable[Confusion]) -> Confusion:
    """Return the sum of the tables: the paper's "Overall" row."""
    return sum(tables, Confusion(0, 0, 0, 0))


def always_synthetic(table: Confusion) -> Confusion:
    """Return the table of a reader who calls every one of the same images synthetic: the trivial baseline."""
    return Confusion(tp=table.positives, fp=table.negatives, fn=0, tn=0)


def _ratio(numerator: float, denominator: float) -> float | None:
    return numerator / denominator if denominator else None
