"""How far readers agree, with each other and with themselves."""

from __future__ import annotations

from studies.reporting.blocks.intervals_plot import Line, intervals_svg
from studies.reporting.blocks.shapes import Block, Cell, Table, limits
from studies.reporting.model import Part
from studies.reporting.plan import AnalysisPlan
from studies.statistics.agreement.result import Agreement
from studies.statistics.agreement.summary import AgreementSummary

PAIRS_SHOWN = 15


def agreement_block(part: Part, plan: AnalysisPlan) -> Block:
    """Return the coefficients of the answers, overall and by class, then of categories and of repeats."""
    summary = part.agreement.value
    if summary is None:
        return Block("agreement", "No agreement", missing=f"{part.agreement.reason}.")
    named = _coefficients(summary, plan)
    if part.birads_agreement.value is not None:
        ordinal = part.birads_agreement.value
        named.append(("BI-RADS, Krippendorff α (ordinal)", ordinal.krippendorff, "overall"))
    named += [
        (f"{one} and {two}, Cohen κ", kappa, "reader")
        for (one, two), kappa in list(summary.pairs.items())[:PAIRS_SHOWN]
    ]
    named += [(f"{own.reader} with themselves, κ", own.kappa, "reader") for own in part.intra_reader.value or ()]
    lines = [
        Line(name, kappa.value, kappa.interval, kind) for name, kappa, kind in named if kappa.value is not None
    ]
    rows: list[tuple[Cell, ...]] = [
        (name, kappa.value, *limits(kappa.interval), kappa.observed, kappa.cases, kappa.note or "–")
        for name, kappa, _ in named
    ]
    svg = ""
    if lines:
        svg = intervals_svg(
            lines, key="agreement", title="Agreement between readers", span=(-0.5, 1.0), reference=0.0
        )
    return Block(
        "agreement",
        _title(summary.krippendorff),
        f"Coefficients with {plan.level} intervals; 0 is chance, 1 is full agreement.",
        svg=svg,
        table=Table(("Coefficient", "Value", "Lower", "Upper", "Observed", "Cases", "Note"), tuple(rows)),
        data=_pairs(summary, rows),
        method=(
            "Fleiss κ, Krippendorff α (nominal; readings may be missing) and Gwet AC1 over all readers; Cohen κ "
            "of "
            f"each two readers, of which the first {PAIRS_SHOWN} are shown and all are in the file. BI-RADS "
            "categories: Krippendorff α with ordinal distances.",
            "Within one class agreement beyond chance can be near 0 even where most answers are the same: there "
            "is "
            "little left to disagree on. The share observed stands beside it.",
        ),
    )


def _coefficients(summary: AgreementSummary, plan: AnalysisPlan) -> list[tuple[str, Agreement, str]]:
    named = [
        ("Krippendorff α", summary.krippendorff, "overall"),
        ("Fleiss κ", summary.fleiss, "overall"),
        ("Gwet AC1", summary.gwet, "overall"),
    ]
    for key, word in (("positive", plan.positive), ("negative", plan.negative)):
        if key in summary.by_truth:
            named.append((f"Krippendorff α, {word} only", summary.by_truth[key].krippendorff, "reader"))
    return named


def _title(alpha: Agreement) -> str:
    if alpha.value is None:
        return f"Agreement is not defined: {alpha.note}"
    if alpha.interval is None or alpha.interval.lower <= 0 <= alpha.interval.upper:
        return f"Readers are not shown to agree beyond chance (α {alpha.value:.2f})"
    if alpha.value < 0:
        return f"Readers agree less than chance (α {alpha.value:.2f})"
    return f"Readers agree beyond chance, α {alpha.value:.2f}"


def _pairs(summary: AgreementSummary, rows: list[tuple[Cell, ...]]) -> Table:
    rest = list(summary.pairs.items())[PAIRS_SHOWN:]
    more: list[tuple[Cell, ...]] = [
        (
            f"{one} and {two}, Cohen κ",
            kappa.value,
            *limits(kappa.interval),
            kappa.observed,
            kappa.cases,
            kappa.note,
        )
        for (one, two), kappa in rest
    ]
    return Table(("coefficient", "value", "lower", "upper", "observed", "cases", "note"), (*rows, *more))
