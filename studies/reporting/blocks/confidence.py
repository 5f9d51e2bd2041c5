"""Whether stated confidence means what it says."""

from __future__ import annotations

from studies.reporting.blocks.drawing import ACCENT, LINE, PALE, QUIET, axes, svg_of
from studies.reporting.blocks.shapes import Block, Table, limits
from studies.reporting.model import Part
from studies.reporting.plan import AnalysisPlan
from studies.statistics.calibration import Calibration


def calibration_block(part: Part, plan: AnalysisPlan) -> Block:
    """Return the reliability curve of all readings."""
    found = part.calibration.value
    if found is None:
        reason = part.calibration.reason
        return Block("calibration", "No calibration", missing=f"{reason[:1].upper()}{reason[1:]}.")
    rows = tuple(
        (f"{one.mean_probability:.3f}", one.n, one.share_positive, *limits(one.interval)) for one in found.bins
    )
    type_2 = f"{found.type_2_auc:.3f}" if found.type_2_auc is not None else found.note
    return Block(
        "calibration",
        _title(found, plan),
        f"Share that was {plan.positive} by stated probability, with {plan.level} Wilson intervals (which ignore "
        f"clustering). Brier score {found.brier:.3f} ({found.brier_of_prevalence:.3f} for always saying the "
        f"share), "
        f"expected calibration error {found.ece:.3f}, type-2 AUC {type_2}.",
        svg=_drawn(found, plan),
        table=Table((f"Stated probability of {plan.positive}", "Readings", "Share found", "Lower", "Upper"), rows),
        method=(
            "An answer with confidence k of K steps is read as probability 1/2 ± k / 2K. That scale was not "
            "shown to "
            "readers as a probability, so miscalibration speaks of the scale as much as of the reader.",
            "Type-2 AUC: the chance that a right answer was given with more confidence than a wrong one.",
        ),
    )


def _title(found: Calibration, plan: AnalysisPlan) -> str:
    sure = [one for one in found.bins if one.mean_probability > 0.8]
    if not sure:
        return f"Nobody was sure of {plan.positive}"
    n = sum(one.n for one in sure)
    stated = sum(one.mean_probability * one.n for one in sure) / n
    share = sum(one.share_positive * one.n for one in sure) / n
    return f"Sure answers “{plan.positive}” (stated {stated:.0%}) were right in {share:.0%}"


def _drawn(found: Calibration, plan: AnalysisPlan) -> str:
    figure, (plot,) = axes(6.4, 5.2)
    plot.plot([0, 1], [0, 1], color=PALE, linewidth=1, linestyle=(0, (3, 3)))
    x = [one.mean_probability for one in found.bins]
    for one in found.bins:
        plot.plot([one.mean_probability] * 2, [one.interval.lower, one.interval.upper], color=QUIET, linewidth=1.5)
    plot.plot(x, [one.share_positive for one in found.bins], "o-", color=ACCENT, linewidth=2, markersize=6)
    plot.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    plot.set_xlabel(f"Stated probability of {plan.positive}")
    plot.set_ylabel(f"Share that was {plan.positive}")
    plot.grid(color=LINE, linewidth=0.8)
    plot.set_axisbelow(True)
    return svg_of(
        figure, key="calibration", title="Reliability of stated confidence", description=_title(found, plan)
    )
