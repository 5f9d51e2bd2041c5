"""All coefficients of one column: overall and by class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import pandas as pd

from studies.statistics.agreement.cohen import Weights, pairwise_cohen
from studies.statistics.agreement.krippendorff import krippendorff_alpha
from studies.statistics.agreement.many_readers import fleiss_kappa, gwet_ac1
from studies.statistics.agreement.result import Agreement, answer_table
from studies.statistics.checks import booleans


@dataclass(frozen=True)
class AgreementSummary:
    """Fleiss, Krippendorff, Gwet, each two readers' Cohen and their mean (Light); by class if truth is known."""

    fleiss: Agreement
    krippendorff: Agreement
    gwet: Agreement
    pairs: dict[tuple[str, str], Agreement]
    light: float | None
    by_truth: dict[str, AgreementSummary]

    def to_dict(self) -> dict[str, Any]:
        """Return all coefficients by name."""
        return {
            "fleiss": self.fleiss.to_dict(),
            "krippendorff": self.krippendorff.to_dict(),
            "gwet": self.gwet.to_dict(),
            "pairs": [{"first": a, "second": b} | kappa.to_dict() for (a, b), kappa in self.pairs.items()],
            "light": self.light,
            "by_truth": {name: part.to_dict() for name, part in self.by_truth.items()},
        }


def agreement_summary(
    frame: pd.DataFrame,
    column: str = "answer",
    *,
    ordered: bool = False,
    categories: Sequence[Any] | None = None,
    confidence: float = 0.95,
) -> AgreementSummary:
    """Return the coefficients of one column of answers.

    Args:
        frame: one row per reading: `reader`, `case`, the column and, if known, `truth` (bool).
        column: name of the column of answers.
        ordered: whether the order of the categories counts: then alpha is ordinal, Cohen quadratically weighted.
        categories: all answers there could be, in order; by default those given, sorted.
        confidence: of the intervals, in (0, 1).

    Raises:
        StatisticsError: for a frame that `answer_table` refuses.
    """
    values = answer_table(frame, column, categories).values
    by_truth = {}
    if "truth" in frame:
        truth = booleans(frame, "truth")
        for name, rows in (("positive", frame[truth]), ("negative", frame[~truth])):
            if rows[column].notna().any():
                by_truth[name] = _summary(rows, column, ordered, values, confidence)
    whole = _summary(frame, column, ordered, values, confidence)
    return AgreementSummary(whole.fleiss, whole.krippendorff, whole.gwet, whole.pairs, whole.light, by_truth)


def _summary(
    frame: pd.DataFrame, column: str, ordered: bool, values: Sequence[Any], confidence: float
) -> AgreementSummary:
    weights: Weights | None = "quadratic" if ordered else None
    pairs = pairwise_cohen(frame, column, weights=weights, categories=values, confidence=confidence)
    known = [kappa.value for kappa in pairs.values() if kappa.value is not None]
    return AgreementSummary(
        fleiss_kappa(frame, column, categories=values, confidence=confidence),
        krippendorff_alpha(
            frame, column, level="ordinal" if ordered else "nominal", categories=values, confidence=confidence
        ),
        gwet_ac1(frame, column, categories=values, confidence=confidence),
        pairs,
        fmean(known) if known else None,
        {},
    )
