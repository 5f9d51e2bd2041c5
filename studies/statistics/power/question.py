"""The question of a study's size, in plain terms, and its answers: power, and the cases that it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, variance

from studies.statistics.counts import Confusion
from studies.statistics.errors import StatisticsError
from studies.statistics.power.expected import expected_components
from studies.statistics.power.roe_metz import RoeMetz, Variances
from studies.statistics.power.simulation import Power, simulated_power
from studies.statistics.power.sizing import planned_power
from studies.statistics.signal_detection import signal_detection

MODALITY = "study"
WANTED = 0.8
MOST_READERS, MOST_CASES = 40, 2000

# Variance between readers, where case and noise together make 1. The first two are the ends of the published
# settings of Roe and Metz 1997 (both their reader terms together).
LIKE_READERS, UNLIKE_READERS = 0.011, 0.112
# Part of a case that all readers see alike, in the same settings.
CASES_ALIKE: Mapping[str, float] = {"much": 0.6, "little": 0.2}


@dataclass(frozen=True)
class SizeQuestion:
    """What one wants to know before a study.

    Attributes:
        auc: the AUC one believes to be true, over all readers and cases, in (0, 1).
        reader: variance between readers, in units of the variance of a reading.
        alike: part of a case that all readers see alike, 0 to 1.
        synthetic: share of synthetic cases, in (0, 1).
        margin: to show that the AUC lies within it of 0.5; without one, that it is not 0.5.
    """

    auc: float
    reader: float
    alike: float
    synthetic: float = 0.5
    margin: float | None = None

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("auc", self.auc, 0.01, 0.99),
            ("synthetic", self.synthetic, 0.05, 0.95),
            ("margin", 0.1 if self.margin is None else self.margin, 0.001, 0.49),
        ):
            if not low <= value <= high:
                raise StatisticsError(f"{name}: got {value:g}, expected {low:g} to {high:g}", column=name)

    def model(self) -> RoeMetz:
        """Return the Roe-Metz model that these words describe."""
        spread = (2 * (1 + self.reader)) ** 0.5
        mean = NormalDist().inv_cdf(self.auc) * spread
        return RoeMetz({MODALITY: mean}, Variances(0, 0, 0), Variances(self.reader, self.alike, 1 - self.alike))

    def classes(self, cases: int) -> tuple[int, int]:
        """Return the numbers of original and synthetic cases, at least one of each."""
        positives = min(max(round(cases * self.synthetic), 1), cases - 1)
        return cases - positives, positives

    def power(self, readers: int, cases: int) -> float:
        """Return the power of a study of this size (`planned_power` of the expected components)."""
        _size_check(readers, cases)
        parts = expected_components(self.model(), *self.classes(cases))
        return planned_power(parts, readers, cases, effect=self.auc - 0.5, modalities=1, margin=self.margin)

    def cases_for(self, readers: int, wanted: float = WANTED) -> int | None:
        """Return the fewest cases with which these readers have the power, or None when 2,000 are not enough."""
        if self.power(readers, MOST_CASES) < wanted:
            return None
        low, high = 3, MOST_CASES
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.power(readers, middle) >= wanted else (middle, high)
        return high

    def grid(self, readers: Sequence[int], cases: Sequence[int]) -> list[list[float]]:
        """Return the power for each number of readers (rows) and of cases (columns)."""
        return [[self.power(number, count) for count in cases] for number in readers]

    def simulated(self, readers: int, cases: int, *, runs: int, seed: int) -> Power:
        """Return the share of simulated studies of this size that reach their end."""
        _size_check(readers, cases)
        return simulated_power(
            self.model(), readers, *self.classes(cases), margin=self.margin, runs=runs, seed=seed
        )


def spread_of_readers(tables: Sequence[Confusion]) -> float:
    """Return the variance between readers that their d' show: what is left when each one's own error is taken off.

    A reader's mean differs between the classes by effects of variance 2 v, so v is half the variance of d'.

    Raises:
        StatisticsError: for fewer than two readers, or one who did not read both classes.
    """
    found = [part for part in map(signal_detection, tables) if part is not None]
    if len(found) < max(2, len(tables)):
        raise StatisticsError(f"got {len(found)} readers of both classes, expected at least 2 and all of them")
    seen = variance(part.d_prime for part in found)
    return max(seen - fmean(part.standard_error**2 for part in found), 0.0) / 2


def _size_check(readers: int, cases: int) -> None:
    for name, value, low, high in (("readers", readers, 2, MOST_READERS), ("cases", cases, 4, MOST_CASES)):
        if not low <= value <= high:
            raise StatisticsError(f"{name}: got {value}, expected {low} to {high:,}", column=name)
