"""Whether readers can tell, can't tell within a margin stated before, or neither is shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from studies.statistics.errors import StatisticsError
from studies.statistics.intervals import Interval, MeanInterval, estimate_interval, t_interval, t_tail

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
        StatisticsError: with fewer than two readers or a margin not above 0.
    """
    estimate = t_interval(values, confidence)
    error = estimate.sd / math.sqrt(len(values))
    tests = tost(estimate.mean, error, estimate.df, margin=margin, reference=reference, confidence=confidence)
    return Equivalence(tests.verdict, margin, reference, estimate, tests.p_equivalence, tests.p_difference)


@dataclass(frozen=True)
class EquivalenceTest:
    """Two one-sided tests of one estimate with its standard error, such as an AUC over readers and cases.

    `interval` is the two-sided one at the stated confidence; `equivalence_interval`, at 2 confidence - 1, lies
    inside the margin exactly when the verdict is "equivalent".
    """

    verdict: Verdict
    margin: float
    reference: float
    estimate: float
    standard_error: float
    df: float
    interval: Interval
    equivalence_interval: Interval
    p_equivalence: float
    p_difference: float

    @property
    def words(self) -> str:
        """The verdict in words; never "the same" for a difference that is not significant."""
        return {
            "equivalent": f"equivalent within the margin of {self.margin:g}",
            "distinguishable": "distinguishable",
            "inconclusive": "inconclusive: neither a difference nor equivalence is shown",
        }[self.verdict]

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name; infinite df (the normal) are None."""
        return {
            "verdict": self.verdict,
            "words": self.words,
            "margin": self.margin,
            "reference": self.reference,
            "estimate": self.estimate,
            "standard_error": self.standard_error,
            "df": self.df if math.isfinite(self.df) else None,
            "interval": self.interval.to_dict(),
            "equivalence_interval": self.equivalence_interval.to_dict(),
            "p_equivalence": self.p_equivalence,
            "p_difference": self.p_difference,
        }


def tost(
    estimate: float,
    standard_error: float,
    df: float,
    *,
    margin: float,
    reference: float = 0.5,
    confidence: float = 0.95,
) -> EquivalenceTest:
    """Return the verdict on any estimate with a standard error and t (or, with infinite df, normal) errors.

    p_equivalence = max(P(T > (d + m) / se), P(T > (m - d) / se)) with d = estimate - reference, m the margin.
    Both tests run at level 1 - confidence. Where the estimate differs from the reference and still lies inside
    the margin, the verdict is "equivalent".

    Source: Schuirmann, J. Pharmacokinet. Biopharm. 15 (1987) 657; for readers and cases Chen, Petrick and
    Sahiner, Acad. Radiol. 19 (2012) 1158.

    Args:
        estimate: such as an AUC from `mrmc.u_statistics`.
        standard_error: 0 or more.
        df: degrees of freedom, above 0.
        margin: half-width of the zone about the reference, stated before reading; above 0.
        reference: the value without any discrimination (0.5 for AUC, 0 for d' and differences).
        confidence: in (0.5, 1).

    Raises:
        StatisticsError: when the margin or another argument is out of range.
    """
    if not margin > 0:
        raise StatisticsError(f"margin: got {margin}, expected a value above 0")
    if not 0.5 < confidence < 1:
        raise StatisticsError(f"confidence: got {confidence}, expected a value in (0.5, 1)")
    interval = estimate_interval(estimate, standard_error, df, confidence)
    inner = estimate_interval(estimate, standard_error, df, 2 * confidence - 1)
    distance, alpha = estimate - reference, 1 - confidence
    p_same = max(
        _tail(distance + margin, standard_error, df),
        _tail(margin - distance, standard_error, df),
    )
    p_other = min(1.0, 2 * _tail(abs(distance), standard_error, df))
    verdict: Verdict = "inconclusive"
    if p_same <= alpha:
        verdict = "equivalent"
    elif p_other <= alpha:
        verdict = "distinguishable"
    return EquivalenceTest(
        verdict, margin, reference, estimate, standard_error, df, interval, inner, p_same, p_other
    )


def _tail(distance: float, error: float, df: float) -> float:
    if error == 0:  # all readers agree exactly: the sign decides
        return 0.0 if distance > 0 else 1.0 if distance < 0 else 0.5
    return t_tail(distance / error, df)
