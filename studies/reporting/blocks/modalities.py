"""Modalities against each other, where a table has several."""

from __future__ import annotations

from studies.reporting.blocks.intervals_plot import Line, intervals_svg
from studies.reporting.blocks.shapes import Block, Cell, Table, limits, p_words
from studies.reporting.model import FullReport


def modalities_block(report: FullReport) -> Block | None:
    """Return AUC of each modality and their differences, by U-statistics and by mean squares; None with one."""
    if len(report.parts) < 2:
        return None
    found = report.comparison.value
    if found is None:
        return Block("modalities", "The modalities can't be compared", missing=f"{report.comparison.reason}.")
    rows: list[tuple[Cell, ...]] = [
        (name, one.estimate, *limits(one.shown_interval), p_words(one.p), "U-statistics")
        for name, one in found.modalities.items()
    ]
    lines = [Line(name, one.estimate, one.shown_interval) for name, one in found.modalities.items()]
    rows += [
        (f"{first} − {second}", one.estimate, *limits(one.interval), p_words(one.p), "U-statistics")
        for (first, second), one in found.differences.items()
    ]
    anova = report.anova.value
    if anova is not None:
        rows += [
            (f"{first} − {second}", one.estimate, *limits(one.interval), p_words(one.p), "Obuchowski-Rockette")
            for (first, second), one in anova.differences.items()
        ]
    return Block(
        "modalities",
        _title(report),
        f"Area under the ROC curve of each modality with its {report.plan.level} interval, readers and cases "
        f"random.",
        svg=intervals_svg(lines, key="modalities", title="AUC of each modality", axis="AUC"),
        table=Table(("Modality", "AUC", "Lower", "Upper", "p", "Method"), tuple(rows)),
        method=(
            "U-statistics (Gallas 2006) and Obuchowski-Rockette with jackknife covariances and Hillis' degrees of "
            "freedom. p of a modality is against 0.5, p of a difference against 0. The sections below show each "
            "modality on its own.",
        ),
        open_table=True,
    )


def _title(report: FullReport) -> str:
    found = report.comparison.value
    if found is None or found.difference is None:
        return "Modalities compared"
    (first, second), one = next(iter(found.differences.items()))
    low, high = one.interval.lower, one.interval.upper
    shown = f"{one.estimate:+.3f}, {low:+.3f} to {high:+.3f}"
    if low <= 0 <= high:
        return f"No difference between {first} and {second} is shown ({shown})"
    better = first if one.estimate > 0 else second
    return f"{better} has the larger area (difference {shown})"
