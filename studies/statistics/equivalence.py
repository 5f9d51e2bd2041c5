"""Whether readers can tell, can't tell within a margin stated before, or neither is shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from studies.statistics.intervals import MeanInterval, t_interval, t_tail

Verdict = Literal["distinguishable", "equivalent", "inconclusive"]


@dataclass(frozen=True)
class Equivalence:
    """Two one-sided t tests over readers against no discrimination, and the verdict."""

    verdict: Verdict
    margin: float
    reference: float
    estimate: MeanInterval
    p_equivalence: float
    p_difference: float

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name."""
        return {
            "verdict": self.verdict,
            "margin": self.margin,
            "reference": self.reference,
            "estimate": self.estimate.to_dict(),
            "p_equivalence": self.p_equivalence,
            "p_difference": self.p_difference,
        }


def equivalence(
    values: Sequence[float], *, margin: float, reference: float = 0.5, confidence: float = 0.95
) -> Equivalence:
    """Return the verdict of TOST at level 1 - confidence, with readers as the sample.

    A difference that is not significant never counts as "the same": that needs both one-sided tests. When
    readers differ from chance and still lie inside the margin, the verdict is "equivalent".

    Source: Schuirmann, J. Pharmacokinet. Biopharm. 15 (1987) 657.

    Args:
        values: one per reader, at least 2, such as balanced accuracy.
        margin: half-width of the zone about the reference, stated before reading; above 0.
        reference: the value without any discrimination.
        confidence: in (0, 1).

    Raises:
        ValueError: with fewer than two readers or a margin not above 0.
    """
    if margin <= 0:
        raise ValueError(f"margin: got {margin}, expected a value above 0")
    estimate = t_interval(values, confidence)
    distance, alpha = estimate.mean - reference, 1 - confidence
    error = estimate.sd / math.sqrt(len(values))
    p_same = max(_tail(distance + margin, error, estimate.df), _tail(margin - distance, error, estimate.df))
    p_other = min(1.0, 2 * _tail(abs(distance), error, estimate.df))
    verdict: Verdict = "inconclusive"
    if p_same <= alpha:
        verdict = "equivalent"
    elif p_other <= alpha:
        verdict = "distinguishable"
    return Equivalence(verdict, margin, reference, estimate, p_same, p_other)


def _tail(distance: float, error: float, df: int) -> float:
    if error == 0:  # all readers agree exactly: the sign decides
        return 0.0 if distance > 0 else 1.0 if distance < 0 else 0.5
    return t_tail(distance / error, df)
