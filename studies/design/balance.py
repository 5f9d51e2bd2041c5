"""How alike two groups of cases are in what should not tell them apart.

Source: Austin 2009, "Balance diagnostics for comparing the distribution of baseline covariates between treatment
groups": the standardized difference, and 0.1 as the size from which an imbalance is worth a look.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

NOTABLE = 0.1


@dataclass(frozen=True)
class LevelBalance:
    """One value of a covariate: how many cases of each class have it.

    Args:
        value: the value; empty where it is not known.
        original: count.
        synthetic: count.
        difference: standardized, above 0 when it is more common among synthetic cases; none with an empty class.
    """

    value: str
    original: int
    synthetic: int
    difference: float | None

    @property
    def total(self) -> int:
        """Cases of both classes."""
        return self.original + self.synthetic

    @property
    def notable(self) -> bool:
        """Whether the classes differ enough to look at it."""
        return self.difference is not None and abs(self.difference) > NOTABLE


def balance(values: Sequence[str], synthetic: Sequence[bool]) -> list[LevelBalance]:
    """Return the balance of each value of a covariate, in the order of the values.

    Args:
        values: of each case.
        synthetic: class of each case.
    """
    sizes = (sum(not flag for flag in synthetic), sum(synthetic))
    rows = []
    for level in sorted(set(values), key=lambda value: (value == "", value)):
        having = [flag for value, flag in zip(values, synthetic, strict=True) if value == level]
        original, generated = having.count(False), having.count(True)
        rows.append(LevelBalance(level, original, generated, _difference((original, generated), sizes)))
    return rows


def _difference(counts: tuple[int, int], sizes: tuple[int, int]) -> float | None:
    """Return the standardized difference of two proportions; 0 where both are the same and without spread."""
    if not all(sizes):
        return None
    first, second = (count / size for count, size in zip(counts, sizes, strict=True))
    spread = math.sqrt((first * (1 - first) + second * (1 - second)) / 2)
    if spread == 0:
        return 0.0 if first == second else math.copysign(math.inf, second - first)
    return (second - first) / spread
