"""BI-RADS: asked for against read, and how often each class was called suspicious."""

from __future__ import annotations

import numpy as np
from matplotlib.patches import Rectangle

from studies.reporting.blocks.drawing import ACCENT, PALE, QUIET, axes, svg_of
from studies.reporting.blocks.shapes import Block, Cell, Table, limits
from studies.reporting.model import Part
from studies.reporting.plan import AnalysisPlan
from studies.statistics.controllability import Controllability


def birads_blocks(part: Part, plan: AnalysisPlan) -> list[Block]:
    """Return the matrix of requested and read categories, and the shares called suspicious; none if not asked."""
    if not part.birads_counts:
        return []
    return [_matrix_block(part, plan), _suspicion_block(part, plan)]


def _matrix_block(part: Part, plan: AnalysisPlan) -> Block:
    found = part.controllability.value
    if found is None:
        return Block("birads", "Requested and read BI-RADS", missing=f"{part.controllability.reason}.")
    used = [n for n in range(len(found.categories)) if found.matrix[n].any() or found.matrix[:, n].any()]
    names = [found.categories[n] for n in used]
    small = found.matrix[np.ix_(used, used)]
    rows: list[tuple[Cell, ...]] = [
        (f"Asked for {name}", *map(int, line)) for name, line in zip(names, small, strict=True)
    ]
    kappas: list[tuple[Cell, ...]] = [
        (reader, kappa.value, *limits(kappa.interval), kappa.cases, kappa.note or "–")
        for reader, kappa in found.readers.items()
    ]
    return Block(
        "birads",
        _title(found),
        f"Readings of {plan.positive} images: category asked for by row, category read by column.",
        svg=_drawn(names, small, _title(found)),
        table=Table(("BI-RADS", *(f"Read {name}" for name in names)), tuple(rows)),
        data=Table(("reader", "weighted_kappa", "lower", "upper", "cases", "note"), tuple(kappas)),
        method=(
            "Quadratically weighted κ of asked-for and read categories; each reader's is in the file. The overall "
            "interval comes from drawing readers and cases again (percentile, biased upward).",
        ),
    )


def _title(found: Controllability) -> str:
    value = found.pooled.value
    if value is None:
        return f"Requested and read BI-RADS: {found.pooled.note}"
    if found.interval is None or found.interval.lower <= 0:
        return f"Images are not shown to be read as the category asked for (weighted κ {value:.2f})"
    return (
        f"Images are read as the category asked for beyond chance (weighted κ {value:.2f}, "
        f"{found.interval.lower:.2f} to {found.interval.upper:.2f})"
    )


def _drawn(names: list[str], matrix: np.ndarray, title: str) -> str:
    figure, (plot,) = axes(1.6 + 0.75 * len(names), 1.2 + 0.62 * len(names))
    totals = matrix.sum(axis=1, keepdims=True)
    share = np.divide(matrix, totals, out=np.zeros(matrix.shape), where=totals > 0)
    for row in range(len(names)):
        for column in range(len(names)):
            box = (column - 0.48, row - 0.46)
            face = _blend(float(share[row, column]))
            plot.add_patch(_box(box, face))
            plot.text(
                column,
                row,
                f"{int(matrix[row, column])}",
                ha="center",
                va="center",
                color="white" if share[row, column] > 0.55 else QUIET,
            )
    plot.set(xlim=(-0.6, len(names) - 0.4), ylim=(len(names) - 0.4, -0.6))
    plot.set_xticks(range(len(names)), names)
    plot.set_yticks(range(len(names)), names)
    plot.set_xlabel("Read")
    plot.set_ylabel("Asked for")
    for side in ("left", "bottom"):
        plot.spines[side].set_visible(False)
    plot.tick_params(length=0)
    return svg_of(figure, key="birads", title="BI-RADS asked for and read", description=title)


def _blend(share: float) -> str:
    """Return a color between white and the accent."""
    parts = [int(ACCENT[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(255 + (part - 255) * share):02x}" for part in parts)


def _box(corner: tuple[float, float], face: str) -> Rectangle:
    return Rectangle(corner, 0.96, 0.92, facecolor=face, edgecolor=PALE, linewidth=0.6)


def _suspicion_block(part: Part, plan: AnalysisPlan) -> Block:
    counts = part.birads_counts
    names = sorted({*counts.get("positive", {}), *counts.get("negative", {})})
    rows: list[tuple[Cell, ...]] = []
    for name in names:
        cells: list[Cell] = [f"BI-RADS {name}"]
        for key in ("positive", "negative"):
            total = sum(counts.get(key, {}).values())
            n = counts.get(key, {}).get(name, 0)
            cells += [n, n / total if total else None]
        rows.append(tuple(cells))
    found = part.suspicion.value
    title = f"Called suspicious: {part.suspicion.reason}"
    if found is not None:
        low, high = found.interval.lower, found.interval.upper
        same = low <= 0 <= high
        title = (
            f"{plan.positive.capitalize()} images were called suspicious in {found.synthetic.estimate:.1%} of "
            f"readings, "
            f"{plan.negative} in {found.original_share:.1%}: difference {found.difference:+.3f}, {low:+.3f} to "
            f"{high:+.3f}"
            f"{'; no difference is shown, nor is equivalence' if same else ''}"
        )
    return Block(
        "suspicion",
        title,
        "Categories read, by class; BI-RADS 4 and 5 count as suspicious.",
        table=Table(("Category", f"{plan.positive}, n", "share", f"{plan.negative}, n", "share"), tuple(rows)),
        method=("Difference by U-statistics with readers and cases random (Gallas 2006), pair-weighted.",),
        open_table=True,
    )
