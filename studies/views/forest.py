"""Where each mark of the forest plot lies: geometry only, the template draws."""

from __future__ import annotations

from dataclasses import dataclass

from studies.statistics.intervals import Interval
from studies.statistics.report import Report

LEFT, RIGHT, LABEL, WIDTH, ROW, TOP = 170, 620, 156, 820, 30, 12
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Line:
    """One row: its name, its numbers, and pixels of point and interval."""

    label: str
    value: str
    limits: str
    y: int
    x: float
    x_lower: float
    x_upper: float
    width: float
    kind: str


@dataclass(frozen=True)
class Forest:
    """The whole plot in pixels of its own view box; the title says what it shows."""

    title: str
    width: int
    height: int
    label_x: int
    value_x: int
    limits_x: int
    axis_y: int
    top: int
    chance_x: float
    lines: tuple[Line, ...]
    ticks: tuple[tuple[float, str], ...]


def forest(report: Report) -> Forest:
    """Return accuracy with its interval for each reader, then Overall twice and the baseline."""
    rows: list[tuple[str, float, Interval, str]] = []
    for reader in report.readers:
        measure = reader.summary.accuracy
        if measure.value is not None and measure.interval is not None:
            rows.append((reader.reader, measure.value, measure.interval, "reader"))
    mean, whole, base = report.accuracy_over_readers, report.overall.accuracy, report.baseline.accuracy
    if mean is not None:
        rows.append(("Mean over readers", mean.mean, mean.interval, "mean"))
    for label, measure, kind in (("All readings pooled", whole, "pooled"), ("Always synthetic", base, "baseline")):
        if measure.value is not None and measure.interval is not None:
            rows.append((label, measure.value, measure.interval, kind))
    axis_y = TOP + ROW * len(rows)
    return Forest(
        title=_title(report),
        width=WIDTH,
        height=axis_y + 28,
        label_x=LABEL,
        value_x=RIGHT + 16,
        limits_x=RIGHT + 68,
        axis_y=axis_y,
        top=TOP - 8,
        chance_x=_x(0.5),
        lines=tuple(_line(number, row) for number, row in enumerate(rows)),
        ticks=tuple((_x(tick), f"{tick:g}") for tick in TICKS),
    )


def _title(report: Report) -> str:
    intervals = [reader.summary.accuracy.interval for reader in report.readers]
    known = [interval for interval in intervals if interval is not None]
    above = sum(interval.lower > 0.5 for interval in known)
    if len(known) == 1:
        return f"The reader's accuracy is {'' if above else 'not '}shown to be above one half"
    verb = "is" if above == 1 else "are"
    return f"{above} of {len(known)} readers {verb} shown to be right more often than not"


def _line(number: int, row: tuple[str, float, Interval, str]) -> Line:
    label, value, interval, kind = row
    # A t interval over few readers can leave the axis; the numbers beside it say so exactly.
    lower, upper = _x(max(0.0, interval.lower)), _x(min(1.0, interval.upper))
    return Line(
        label=label,
        value=f"{value:.3f}",
        limits=f"{interval.lower:.3f} to {interval.upper:.3f}" if kind != "baseline" else "",
        y=TOP + ROW * number + ROW // 2,
        x=_x(value),
        x_lower=lower,
        x_upper=upper,
        width=round(upper - lower, 1),
        kind=kind,
    )


def _x(share: float) -> float:
    return round(LEFT + (RIGHT - LEFT) * share, 1)
