"""ROC curves of the readers and their mean; the areas with both random."""

from __future__ import annotations

from studies.reporting.blocks.drawing import ACCENT, LINE, PALE, QUIET, axes, svg_of
from studies.reporting.blocks.shapes import Block, Cell, Table, limits
from studies.reporting.model import Part
from studies.reporting.plan import AnalysisPlan
from studies.statistics.mrmc.results import LOGIT_ABOVE


def roc_block(part: Part, plan: AnalysisPlan) -> Block:
    """Return each reader's curve in gray and the mean in the accent."""
    rocs = part.rocs.value
    if rocs is None or part.mean_roc is None:
        reason = part.rocs.reason or "no reader rated both classes"
        return Block("roc", "No ROC curve", missing=f"{reason[:1].upper()}{reason[1:]}.")
    rows: list[tuple[Cell, ...]] = []
    for roc in rocs:
        area = roc.auc
        rows.append(
            (
                roc.reader,
                area.auc if area else None,
                *limits(area.interval if area else None),
                "DeLong" if area else roc.note,
            )
        )
    rows += _overall(part)
    return Block(
        "roc",
        _title(part),
        "Each reader's curve in gray, their vertical mean in color, chance dashed.",
        svg=_drawn(part),
        table=Table(
            ("Reader", "AUC", "Lower", "Upper", "Method"), tuple(rows), tuple(range(len(rocs), len(rows)))
        ),
        data=_curves(part),
        method=(
            "The rating is the stated confidence, negative for the other answer. Empirical curves, ties at one "
            "half.",
            "AUC of a reader by DeLong, cases random. Overall: U-statistics (Gallas 2006), and "
            "Obuchowski-Rockette "
            f"with jackknife covariances and Hillis' degrees of freedom; above {LOGIT_ABOVE:g} the U-statistic's "
            "interval is taken on the logit scale, which covers better there.",
        ),
    )


def _overall(part: Part) -> list[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = []
    found = part.main.random_effects
    if found is not None and "auc" in found.estimates:
        area = found.estimates["auc"]
        rows.append(("Readers and cases as samples", area.estimate, *limits(area.shown_interval), "U-statistics"))
    anova = part.obuchowski_rockette.value
    if anova is not None:
        mean = next(iter(anova.single.values()))
        rows.append(("Readers and cases as samples", mean.estimate, *limits(mean.interval), "Obuchowski-Rockette"))
    return rows


def _title(part: Part) -> str:
    found = part.main.random_effects
    area = found.estimates.get("auc") if found else None
    if area is None:
        return "ROC curves of the readers"
    limit = area.shown_interval
    words = f"Area {area.estimate:.3f}, {limit.lower:.3f} to {limit.upper:.3f}"
    if limit.lower > 0.5:
        return f"{words}: confidence tells the classes apart better than chance"
    if limit.upper < 0.5:
        return f"{words}: confidence points the wrong way"
    return f"{words}: confidence is not shown to tell the classes apart"


def _drawn(part: Part) -> str:
    figure, (plot,) = axes(6.4, 6.0)
    plot.plot([0, 1], [0, 1], color=PALE, linewidth=1, linestyle=(0, (3, 3)))
    for roc in part.rocs.value or ():
        if roc.curve is not None:
            plot.plot(
                roc.curve.false_positive_fraction, roc.curve.true_positive_fraction, color=PALE, linewidth=1.2
            )
    mean = part.mean_roc
    if mean is not None:
        x, y = mean.false_positive_fraction, mean.true_positive_fraction
        plot.plot(x, y, color=ACCENT, linewidth=2.4)
        near = int(abs(x - 0.35).argmin())
        plot.annotate("mean over readers", (x[near], y[near]), (8, -16), textcoords="offset points", color=ACCENT)
    plot.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
    plot.set_xlabel("False positive fraction")
    plot.set_ylabel("True positive fraction")
    plot.grid(color=LINE, linewidth=0.8)
    plot.set_axisbelow(True)
    plot.tick_params(colors=QUIET)
    return svg_of(figure, key="roc", title="ROC curves", description=_title(part))


def _curves(part: Part) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for roc in part.rocs.value or ():
        if roc.curve is not None:
            points = zip(roc.curve.false_positive_fraction, roc.curve.true_positive_fraction, strict=True)
            rows += [(roc.reader, float(x), float(y)) for x, y in points]
    if part.mean_roc is not None:
        points = zip(part.mean_roc.false_positive_fraction, part.mean_roc.true_positive_fraction, strict=True)
        rows += [("mean", float(x), float(y)) for x, y in points]
    return Table(("reader", "false_positive_fraction", "true_positive_fraction"), tuple(rows))
