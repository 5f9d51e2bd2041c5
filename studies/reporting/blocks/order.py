"""Learning and fatigue: accuracy and time over a reader's order."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import fmean

from matplotlib.axes import Axes

from studies.reporting.blocks.drawing import ACCENT, LINE, PALE, axes, svg_of
from studies.reporting.blocks.shapes import Block, Cell, Table, p_words
from studies.reporting.model import Part
from studies.reporting.plan import AnalysisPlan
from studies.statistics.dynamics import Block as Stretch
from studies.statistics.dynamics import OrderEffect, ReaderDynamics


def order_block(part: Part, plan: AnalysisPlan) -> Block:
    """Return accuracy and median time by part of the order, each reader in gray and their mean."""
    readers = part.dynamics.value
    if readers is None:
        reason = part.dynamics.reason
        return Block("order", "No effects of order", missing=f"{reason[:1].upper()}{reason[1:]}.")
    rows: list[tuple[Cell, ...]] = [
        (one.reader, stretch.number, stretch.counts.n, stretch.accuracy, stretch.criterion, stretch.median_seconds)
        for one in readers
        for stretch in one.blocks
    ]
    trends = Table(
        ("Reader", "Accuracy with order, τ", "p", "Time with order, τ", "p", "Median time, s"),
        tuple(
            (
                one.reader,
                one.accuracy_trend.tau,
                p_words(one.accuracy_trend.p),
                one.time_trend.tau,
                p_words(one.time_trend.p),
                one.seconds[1] if one.seconds else None,
            )
            for one in readers
        ),
    )
    return Block(
        "order",
        _title(part.order_effect.value),
        "Left: accuracy, right: median active time, by part of the order; readers in gray, their mean in color.",
        svg=_drawn(readers, _title(part.order_effect.value)),
        table=trends,
        data=Table(("reader", "part", "readings", "accuracy", "criterion", "median_seconds"), tuple(rows)),
        method=(
            "Logistic GEE of a right answer on the place in the order (first trial 0, last 1), readers as "
            "clusters; "
            "Kendall's τ for each reader. Time is the browser's, without idle spans.",
            "A τ that is not defined: fewer than three trials, or nothing varies.",
        ),
    )


def _title(effect: OrderEffect | None) -> str:
    if effect is None or effect.odds_ratio is None or effect.interval is None:
        return f"Learning and fatigue: {effect.note if effect else 'not estimated'}"
    odds = f"odds ratio {effect.odds_ratio:.2f} from first to last, {_limit(effect.interval.lower)} to " + _limit(
        effect.interval.upper
    )
    if effect.interval.lower > 1:
        return f"Readers got better with the order ({odds})"
    if effect.interval.upper < 1:
        return f"Readers got worse with the order ({odds})"
    return f"Neither learning nor fatigue is shown ({odds})"


def _limit(value: float) -> str:
    return f"{value:.2f}" if value < 1000 and math.isfinite(value) else "above 1,000"


def _drawn(readers: tuple[ReaderDynamics, ...], title: str) -> str:
    figure, (left, right) = axes(9.2, 3.4, columns=2)
    _panel(left, readers, lambda stretch: stretch.accuracy, "Accuracy")
    left.set_ylim(0, 1.02)
    _panel(right, readers, lambda stretch: stretch.median_seconds, "Median time, s")
    right.set_ylim(bottom=0)
    return svg_of(figure, key="order", title="Accuracy and time over the order", description=title)


def _panel(
    plot: Axes, readers: tuple[ReaderDynamics, ...], value: Callable[[Stretch], float | None], name: str
) -> None:
    by_part: dict[int, list[float]] = {}
    for one in readers:
        known = [(stretch.number, found) for stretch in one.blocks if (found := value(stretch)) is not None]
        if known:
            plot.plot(*zip(*known, strict=True), color=PALE, linewidth=1.2)
        for number, found in known:
            by_part.setdefault(number, []).append(found)
    numbers = sorted(by_part)
    plot.plot(numbers, [fmean(by_part[number]) for number in numbers], "o-", color=ACCENT, linewidth=2.2)
    plot.set_xticks(numbers)
    plot.set_xlabel("Part of the order")
    plot.set_ylabel(name)
    plot.grid(axis="y", color=LINE, linewidth=0.8)
    plot.set_axisbelow(True)
