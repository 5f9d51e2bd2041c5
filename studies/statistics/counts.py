"""The two-by-two table of a reader. Positive means synthetic, as in the paper."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from studies.statistics.checks import boolean_array
from studies.statistics.errors import StatisticsError


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
            raise StatisticsError(f"got {self.tp}, {self.fp}, {self.fn}, {self.tn}, expected counts of 0 or more")

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


def count(truth: ArrayLike, answer: ArrayLike) -> Confusion:
    """Return the two-by-two table of two arrays of equal length, of booleans or of 0 and 1.

    Raises:
        StatisticsError: when the two differ in length or are not one-dimensional booleans.
    """
    is_synthetic, said = boolean_array(truth, "truth"), boolean_array(answer, "answer")
    if is_synthetic.ndim != 1 or is_synthetic.shape != said.shape:
        raise StatisticsError(f"got shapes {is_synthetic.shape} and {said.shape}, expected two equal (n,)")
    return Confusion(
        tp=int(np.sum(is_synthetic & said)),
        fp=int(np.sum(~is_synthetic & said)),
        fn=int(np.sum(is_synthetic & ~said)),
        tn=int(np.sum(~is_synthetic & ~said)),
    )


def pooled(tables: Iterable[Confusion]) -> Confusion:
    """Return the sum of the tables: the paper's "Overall" row."""
    return sum(tables, Confusion(0, 0, 0, 0))


def always_synthetic(table: Confusion) -> Confusion:
    """Return the table of a reader who calls every one of the same images synthetic: the trivial baseline."""
    return Confusion(tp=table.positives, fp=table.negatives, fn=0, tn=0)


def always_real(table: Confusion) -> Confusion:
    """Return the table of a reader who calls every one of the same images real."""
    return Confusion(tp=0, fp=0, fn=table.positives, tn=table.negatives)


def _ratio(numerator: float, denominator: float) -> float | None:
    return numerator / denominator if denominator else None
