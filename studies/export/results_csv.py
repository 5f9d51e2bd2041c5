"""The table of results in the paper's layout, as rows for CSV."""

from __future__ import annotations

from typing import Any

from studies.statistics.confusion import ConfusionSummary
from studies.statistics.random_effects import RandomEffects
from studies.statistics.report import Report

COLUMNS = (
    "reader", "method", "n", "tp", "fp", "fn", "tn",
    "precision", "recall", "specificity", "f1", "accuracy", "accuracy_lower", "accuracy_upper",
    "balanced_accuracy", "d_prime", "criterion",
)  # fmt: skip


def results_rows(report: Report) -> list[list[Any]]:
    """Return one row per reader, then Overall pooled, over readers, over readers and cases, and the baseline."""
    rows = []
    for reader in report.readers:
        ability = reader.detection
        end = [ability.d_prime, ability.criterion] if ability else [None, None]
        rows.append([reader.reader, "Wilson", *_measures(reader.summary), *end])
    rows.append(["Overall", "pooled, Wilson, ignores clustering", *_measures(report.overall), None, None])
    mean = report.accuracy_over_readers
    if mean is not None:
        balanced = report.balanced_over_readers.mean if report.balanced_over_readers else None
        limits = [mean.interval.lower, mean.interval.upper]
        rows.append(["Overall", "mean over readers, t", *[None] * 9, mean.mean, *limits, balanced, None, None])
    if report.random_effects is not None:
        rows.append(_random_effects(report.random_effects))
    rows.append(["Always synthetic", "baseline", *_measures(report.baseline), None, None])
    return rows


def _random_effects(found: RandomEffects) -> list[Any]:
    accuracy, balanced = found.estimates["accuracy"], found.estimates["balanced_accuracy"]
    recall, specificity = found.estimates["recall"].estimate, found.estimates["specificity"].estimate
    limits = [accuracy.interval.lower, accuracy.interval.upper]
    return [
        "Overall", "random readers and cases, U-statistics", *[None] * 6, recall, specificity, None,
        accuracy.estimate, *limits, balanced.estimate, None, None,
    ]  # fmt: skip


def _measures(summary: ConfusionSummary) -> list[Any]:
    table, interval = summary.counts, summary.accuracy.interval
    limits = [interval.lower, interval.upper] if interval else [None, None]
    return [
        table.n, table.tp, table.fp, table.fn, table.tn,
        summary.precision.value, summary.recall.value, summary.specificity.value, summary.f1.value,
        summary.accuracy.value, *limits, summary.balanced_accuracy.value,
    ]  # fmt: skip
