"""A row per estimate: point, interval, name and number. The forest plot and its relatives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from studies.reporting.blocks.drawing import ACCENT, INK, LINE, PALE, QUIET, WASH, axes, svg_of
from studies.statistics.intervals import Interval

ROW = 0.34


@dataclass(frozen=True)
class Line:
    """One row; `kind` is "reader" (gray context), "overall" (accent) or "baseline" (hollow, without interval)."""

    label: str
    value: float
    interval: Interval | None
    kind: str = "reader"


def intervals_svg(
    lines: Sequence[Line],
    *,
    key: str,
    title: str,
    span: tuple[float, float] = (0.0, 1.0),
    reference: float | None = 0.5,
    zone: tuple[float, float] | None = None,
    axis: str = "",
) -> str:
    """Return the plot of intervals, first line on top.

    Args:
        lines: at least one.
        key: of the block.
        title: for screen readers.
        span: ends of the axis; intervals that leave it are cut, their numbers stand beside them.
        reference: where a dashed line is drawn; `zone`: a band about it.
        zone: see above.
        axis: name of the axis.
    """
    figure, (plot,) = axes(9.2, 0.75 + ROW * len(lines))
    low, high = span
    if zone:
        plot.axvspan(*zone, color=WASH, linewidth=0)
    if reference is not None:
        plot.axvline(reference, color=PALE, linewidth=1, linestyle=(0, (3, 3)))
    for place, line in enumerate(reversed(lines)):
        _draw(line, place, low, high, plot)
    plot.set_xlim(low, high)
    plot.set_ylim(-0.6, len(lines) - 0.4)
    plot.set_yticks(range(len(lines)), [line.label for line in reversed(lines)])
    for label, line in zip(plot.get_yticklabels(), reversed(lines), strict=True):
        label.set_color(INK if line.kind != "baseline" else QUIET)
        label.set_fontweight("bold" if line.kind == "overall" else "normal")
    plot.tick_params(axis="y", length=0)
    plot.grid(axis="x", color=LINE, linewidth=0.8)
    plot.set_axisbelow(True)
    plot.spines["left"].set_visible(False)
    plot.set_xlabel(axis)
    described = ". ".join(f"{line.label}: {words(line)}" for line in lines)
    return svg_of(figure, key=key, title=title, description=described)


def words(line: Line) -> str:
    """Return the numbers of a line as text."""
    if line.interval is None:
        return f"{line.value:.3f}"
    return f"{line.value:.3f} ({line.interval.lower:.3f} to {line.interval.upper:.3f})"


def _draw(line: Line, place: int, low: float, high: float, plot: Axes) -> None:
    color = ACCENT if line.kind == "overall" else QUIET
    if line.interval is not None:
        ends = [min(max(end, low), high) for end in (line.interval.lower, line.interval.upper)]
        plot.plot(ends, [place, place], color=color, linewidth=3 if line.kind == "overall" else 1.8)
    hollow = line.kind == "baseline"
    face, edge = ("white", QUIET) if hollow else (color, color)
    plot.plot([line.value], [place], "o", markersize=6, markerfacecolor=face, markeredgecolor=edge, clip_on=False)
    plot.text(
        1.02,
        place,
        words(line),
        va="center",
        ha="left",
        fontsize=9.5,
        color=INK if not hollow else QUIET,
        transform=plot.get_yaxis_transform(),
    )
