"""The layout of the paper's Table 2, with Overall three ways and what answers without looking would give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studies.reporting.blocks.shapes import NOT_DEFINED, Block, Cell, Table, limits
from studies.reporting.model import Part
from studies.reporting.plan import AnalysisPlan
from studies.statistics.confusion import ConfusionSummary
from studies.statistics.intervals import Interval, t_interval
from studies.statistics.signal_detection import SignalDetection

MEASURES = (
    "precision",
    "recall",
    "specificity",
    "f1",
    "accuracy",
    "balanced_accuracy",
    "auc",
    "d_prime",
    "criterion",
)
HEADS = ("Precision", "Recall", "Specificity", "F1", "Accuracy", "Balanced", "AUC", "d′", "c")
POOLED, OVER_READERS, OVER_BOTH = "pooled", "readers", "readers_and_cases"
NAMES = {
    POOLED: "Overall, pooled (ignores clustering)",
    OVER_READERS: "Overall, readers as the sample",
    OVER_BOTH: "Overall, readers and cases as samples",
}


@dataclass(frozen=True)
class Estimate:
    """A value with its interval, either may be missing."""

    value: float | None = None
    interval: Interval | None = None


@dataclass(frozen=True)
class Row:
    """One row of the table: counts where it has any, an estimate per measure of `MEASURES`."""

    label: str
    kind: str
    method: str
    counts: tuple[int, int, int, int] | None
    estimates: dict[str, Estimate]

    def of(self, measure: str) -> Estimate:
        """Return a measure's estimate; without one, one that is not defined."""
        return self.estimates.get(measure, Estimate())


def paper_rows(part: Part, plan: AnalysisPlan) -> list[Row]:
    """Return readers first, then Overall pooled, over readers, over readers and cases, then the baselines."""
    report = part.main
    areas = {roc.reader: roc.auc for roc in part.rocs.value or ()}
    rows = []
    for reader in report.readers:
        estimates = _measured(reader.summary) | _ability(reader.detection)
        area = areas.get(reader.reader)
        if area is not None:
            estimates["auc"] = Estimate(area.auc, area.interval)
        rows.append(Row(reader.reader, "reader", "Wilson; AUC by DeLong", _counts(reader.summary), estimates))
    whole = Row(
        NAMES[POOLED], POOLED, "Wilson, ignores clustering", _counts(report.overall), _measured(report.overall)
    )
    alone = len(rows) < 2
    overall = [whole] if alone else [whole, _over_readers(rows, plan), *_over_both(part)]
    base = [
        Row(f"Always “{word}”", "baseline", "no reader", _counts(summary), _measured(summary))
        for word, summary in ((plan.positive, report.baseline), (plan.negative, report.baseline_real))
        if summary is not None
    ]
    return [*rows, *overall, *base]


def paper_block(part: Part, plan: AnalysisPlan) -> Block:
    """Return the block of the paper's table."""
    rows = paper_rows(part, plan)
    strong = tuple(number for number, row in enumerate(rows) if row.kind in NAMES)
    table = Table(("Reader", "TP", "FP", "FN", "TN", *HEADS), tuple(_shown(row) for row in rows), strong)
    return Block(
        "table",
        _title(rows, plan),
        f"Positive means {plan.positive}. {plan.level} intervals stand below.",
        table=table,
        data=_data(rows),
        method=_method(plan),
        open_table=True,
    )


def _title(rows: Sequence[Row], plan: AnalysisPlan) -> str:
    base = max((row.of("accuracy").value or 0.0 for row in rows if row.kind == "baseline"), default=0.0)
    readers = [row for row in rows if row.kind == "reader"]
    below = [row for row in readers if (row.of("accuracy").value or 0.0) <= base]
    if not below:
        return f"Every reader was right more often than an answer without looking would be ({base:.3f})"
    return (
        f"{len(below)} of {len(readers)} reader{'s' if len(readers) > 1 else ''} did not do better than one "
        f"answer "
        f"given to every image ({base:.3f})"
    )


def _shown(row: Row) -> tuple[Cell, ...]:
    counts: tuple[Cell, ...] = row.counts or ("", "", "", "")
    return (row.label, *counts, *(_cell(row, name) for name in MEASURES))


def _cell(row: Row, name: str) -> Cell:
    estimate = row.of(name)
    if estimate.value is None:
        given = name in row.estimates
        return NOT_DEFINED if given or row.kind == "reader" else ""
    if estimate.interval is None:
        return f"{estimate.value:.3f}"
    return f"{estimate.value:.3f} ({estimate.interval.lower:.3f} to {estimate.interval.upper:.3f})"


def _data(rows: Sequence[Row]) -> Table:
    names = [f"{name}{end}" for name in MEASURES for end in ("", "_lower", "_upper")]
    body: list[tuple[Cell, ...]] = []
    for row in rows:
        cells: list[Cell] = [row.label, row.kind, row.method, *(row.counts or (None,) * 4)]
        for name in MEASURES:
            cells += [row.of(name).value, *limits(row.of(name).interval)]
        body.append(tuple(cells))
    return Table(("reader", "kind", "method", "tp", "fp", "fn", "tn", *names), tuple(body))


def _counts(summary: ConfusionSummary) -> tuple[int, int, int, int]:
    table = summary.counts
    return table.tp, table.fp, table.fn, table.tn


def _measured(summary: ConfusionSummary) -> dict[str, Estimate]:
    names = ("precision", "recall", "specificity", "f1", "accuracy", "balanced_accuracy")
    return {name: Estimate(getattr(summary, name).value, getattr(summary, name).interval) for name in names}


def _ability(detection: SignalDetection | None) -> dict[str, Estimate]:
    if detection is None:
        return {"d_prime": Estimate(), "criterion": Estimate()}
    return {
        "d_prime": Estimate(detection.d_prime, detection.d_prime_interval),
        "criterion": Estimate(detection.criterion, detection.criterion_interval),
    }


def _over_readers(rows: Sequence[Row], plan: AnalysisPlan) -> Row:
    estimates = {}
    for name in MEASURES:
        values = [value for value in (row.of(name).value for row in rows) if value is not None]
        if len(values) > 1:
            mean = t_interval(values, plan.confidence)
            estimates[name] = Estimate(mean.mean, mean.interval)
    return Row(NAMES[OVER_READERS], OVER_READERS, "mean over readers, t", None, estimates)


def _over_both(part: Part) -> list[Row]:
    found = part.main.random_effects
    if found is None:
        return []
    estimates = {name: Estimate(one.estimate, one.shown_interval) for name, one in found.estimates.items()}
    for name, section in part.bootstraps.items():
        if section.value is not None:
            drawn = section.value.modalities["all"]
            interval = drawn["interval"]
            limit = Interval(interval["lower"], interval["upper"]) if interval else None
            estimates[name] = Estimate(drawn["estimate"], limit)
    method = "U-statistics; precision and F1 by two-way bootstrap, biased upward"
    return [Row(NAMES[OVER_BOTH], OVER_BOTH, method, None, estimates)]


def _method(plan: AnalysisPlan) -> tuple[str, ...]:
    return (
        f"Positive means {plan.positive}: TP are {plan.positive} images called {plan.positive}.",
        "Readers and Overall pooled: Wilson score intervals; F1 and balanced accuracy by square and add of Wilson "
        "limits. Pooling takes readings as independent, which they are not: the row is there to compare with the "
        "paper.",
        "Readers as the sample: mean over readers with its t interval, cases taken as fixed. With few readers it "
        "is "
        "wide and may reach beyond 0 or 1.",
        "Readers and cases as samples: U-statistics (Gallas 2006) with real degrees of freedom; above 0.8 the "
        "interval is taken on the logit scale. It is pair-weighted, so in unbalanced designs it differs slightly "
        "from the pooled proportion. Precision and F1 have no such formula: two-way percentile bootstrap, whose "
        "variance is biased upward.",
        "d′ tells ability and c readiness (above 0: slow to call an image positive), with the log-linear "
        "correction.",
        "An empty cell in an Overall row: that row's method gives no such value.",
    )
