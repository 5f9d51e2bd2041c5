"""The result of a study: each reader first, then all together three ways, then the verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from studies.statistics.checks import booleans, require_columns, require_present
from studies.statistics.confusion import (
    ChanceTest,
    Confusion,
    ConfusionSummary,
    always_real,
    always_synthetic,
    chance_tests,
    count,
    pooled,
    summarize_counts,
)
from studies.statistics.equivalence import Equivalence, equivalence
from studies.statistics.errors import StatisticsError
from studies.statistics.heterogeneity import Heterogeneity, heterogeneity
from studies.statistics.intervals import MeanInterval, t_interval
from studies.statistics.random_effects import RandomEffects, random_effects
from studies.statistics.signal_detection import SignalDetection, signal_detection
from studies.statistics.suspicion import Suspicion, suspicion

NEEDED = ("reader", "truth", "answer")


@dataclass(frozen=True)
class ReaderResult:
    """One reader's table with ability and bias."""

    reader: str
    summary: ConfusionSummary
    detection: SignalDetection | None

    def to_dict(self) -> dict[str, Any]:
        """Return all fields, JSON-ready."""
        detection = self.detection.to_dict() if self.detection else None
        return {"reader": self.reader} | self.summary.to_dict() | {"signal_detection": detection}


@dataclass(frozen=True)
class Report:
    """What a study found. Means over readers are None with fewer than two readers who read both classes.

    `chance` holds each reader's exact tests against one half and the prevalence; `random_effects` is None when the
    frame has no `case`, or when it can't be had (then `notes` says why).
    """

    readers: tuple[ReaderResult, ...]
    overall: ConfusionSummary
    baseline: ConfusionSummary
    accuracy_over_readers: MeanInterval | None
    balanced_over_readers: MeanInterval | None
    verdict: Equivalence | None
    suspicion: Suspicion | None
    random_effects: RandomEffects | None = None
    baseline_real: ConfusionSummary | None = None
    chance: Mapping[str, ChanceTest] = field(default_factory=dict)
    heterogeneity: Heterogeneity | None = None
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return all fields, JSON-ready, with the name of each method beside its numbers."""

        def plain(part: Any) -> Any:
            return part.to_dict() if part is not None else None

        return {
            "positive": "synthetic",
            "readers": [reader.to_dict() for reader in self.readers],
            "overall": {"method": "pooled, Wilson, ignores clustering"} | self.overall.to_dict(),
            "baseline": {"method": "always synthetic"} | self.baseline.to_dict(),
            "accuracy_over_readers": plain(self.accuracy_over_readers),
            "balanced_accuracy_over_readers": plain(self.balanced_over_readers),
            "verdict": plain(self.verdict),
            "suspicion": plain(self.suspicion),
            "random_readers_and_cases": plain(self.random_effects),
            "baseline_real": {"method": "always real"} | self.baseline_real.to_dict()
            if self.baseline_real
            else None,
            "chance_tests": {reader: test.to_dict() for reader, test in self.chance.items()},
            "heterogeneity": plain(self.heterogeneity),
            "notes": list(self.notes),
        }


def study_report(frame: pd.DataFrame, *, margin: float, confidence: float = 0.95) -> Report:
    """Return the result of a table of readings.

    Args:
        frame: one row per final reading; `reader`, `truth` (bool, true for synthetic), `answer` (bool, true
            where the reader said synthetic), and where asked `birads` ("0" to "5" or missing). With `case` Overall
            is also given for random readers and cases, with `rating` (signed confidence) its AUC too.
        margin: half-width of the zone of balanced accuracy about 0.5 that counts as "can't tell".
        confidence: of every interval.

    Raises:
        StatisticsError: when a column is missing, there is no row, or a reading has no truth or answer.
    """
    require_columns(frame, NEEDED)
    require_present(frame, "reader")
    truth, answer = booleans(frame, "truth"), booleans(frame, "answer")
    readers = frame["reader"].astype(str).to_numpy()
    tables = {
        reader: count(truth[readers == reader], answer[readers == reader]) for reader in sorted(set(readers))
    }
    found = report_from_counts(
        tables, margin=margin, confidence=confidence, suspicion=suspicion(frame, confidence=confidence)
    )
    if "case" not in frame:
        return found
    try:
        return replace(found, random_effects=random_effects(frame, margin=margin, confidence=confidence))
    except StatisticsError as error:
        return replace(found, notes=(f"no interval for random readers and cases: {error.message}",))


def report_from_counts(
    tables: dict[str, Confusion], *, margin: float, confidence: float = 0.95, suspicion: Suspicion | None = None
) -> Report:
    """Return the result of each reader's counts, in the order given."""
    whole, read = pooled(tables.values()), {reader: table for reader, table in tables.items() if table.n}
    accuracies = [table.accuracy for table in tables.values() if table.accuracy is not None]
    balanced = [table.balanced_accuracy for table in tables.values() if table.balanced_accuracy is not None]
    return Report(
        readers=tuple(
            ReaderResult(reader, summarize_counts(table, confidence=confidence), signal_detection(table))
            for reader, table in tables.items()
        ),
        overall=summarize_counts(whole, confidence=confidence),
        baseline=summarize_counts(always_synthetic(whole), confidence=confidence),
        accuracy_over_readers=t_interval(accuracies, confidence) if len(accuracies) > 1 else None,
        balanced_over_readers=t_interval(balanced, confidence) if len(balanced) > 1 else None,
        verdict=equivalence(balanced, margin=margin, confidence=confidence) if len(balanced) > 1 else None,
        suspicion=suspicion,
        baseline_real=summarize_counts(always_real(whole), confidence=confidence),
        chance=chance_tests(read),
        heterogeneity=heterogeneity(read) if len(read) > 1 else None,
    )
