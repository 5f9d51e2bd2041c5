"""The answer first: the estimate against the margin, and how far the readers stand behind it."""

from __future__ import annotations

from studies.reporting.blocks.intervals_plot import Line, intervals_svg
from studies.reporting.blocks.paper_table import OVER_BOTH, OVER_READERS, POOLED, Row, paper_rows
from studies.reporting.blocks.shapes import Block, Cell, Table, limits, p_words
from studies.reporting.model import Part
from studies.reporting.plan import AnalysisPlan
from studies.statistics.equivalence import Equivalence, EquivalenceTest
from studies.statistics.intervals import Interval

SHORT = {
    POOLED: "Pooled, ignores clustering",
    OVER_READERS: "Readers as the sample",
    OVER_BOTH: "Readers and cases as samples",
}


def verdict_block(part: Part, plan: AnalysisPlan) -> Block:
    """Return the two equivalence tests on balanced accuracy, with the zone of the stated margin."""
    tests: dict[str, EquivalenceTest | Equivalence] = {}
    if part.main.random_effects is not None and len(part.main.readers) > 1:
        tests[OVER_BOTH] = part.main.random_effects.verdict
    if part.main.verdict is not None:
        tests[OVER_READERS] = part.main.verdict
    if not tests:
        return Block("verdict", "No verdict", missing="Fewer than two readers read both classes.")
    rows = {row.kind: row for row in paper_rows(part, plan) if row.kind in SHORT}
    lines = [
        Line(SHORT[kind], estimate.value, estimate.interval, "overall" if kind in tests else "reader")
        for kind in (OVER_BOTH, OVER_READERS, POOLED)
        if kind in rows and (estimate := rows[kind].of("balanced_accuracy")).value is not None
    ]
    zone = (0.5 - plan.margin, 0.5 + plan.margin)
    table = Table(
        ("Sample", "Verdict", "p, equivalence", "p, difference"),
        tuple(
            (SHORT[kind], test.verdict, p_words(test.p_equivalence), p_words(test.p_difference))
            for kind, test in tests.items()
        ),
    )
    return Block(
        "verdict",
        _title({kind: test.verdict for kind, test in tests.items()}, plan),
        f"Balanced accuracy with {plan.level} intervals. The band is the margin stated before reading, "
        f"{zone[0]:g} to {zone[1]:g}; the dashed line is chance.",
        svg=intervals_svg(lines, key="verdict", title="Balanced accuracy against the margin", zone=zone),
        table=table,
        data=_data(rows),
        method=(
            "Two one-sided t tests (TOST) against the margin, and one two-sided test against chance, each at "
            "level "
            f"{1 - plan.confidence:g}. “Equivalent” needs both one-sided tests; a difference that is not "
            f"significant "
            "is “inconclusive”, never “the same”. Where the estimate differs from chance and still lies inside "
            "the "
            "margin, the verdict is “equivalent”.",
            "The verdict of the report takes readers and cases as samples (U-statistics, Gallas 2006) where the "
            "readings allow it, and readers alone where they don't.",
            "A test of this kind shows realism, not diversity: a generator that repeats few good images passes "
            "it.",
        ),
    )


def forest_block(part: Part, plan: AnalysisPlan) -> Block:
    """Return accuracy with its interval for each reader, then Overall three ways, then the baselines."""
    rows = [row for row in paper_rows(part, plan) if row.of("accuracy").value is not None]
    lines = [Line(row.label, row.of("accuracy").value or 0.0, *_drawn(row)) for row in rows]
    groups = _group_lines(part)
    place = sum(row.kind == "reader" for row in rows)
    lines[place:place] = groups
    cells: list[tuple[Cell, ...]] = [
        (row.label, row.of("accuracy").value, *limits(row.of("accuracy").interval), row.method.split(";")[0])
        for row in rows
    ]
    cells += [(line.label, line.value, *limits(line.interval), "mean over readers, t") for line in groups]
    table = Table(
        ("Reader", "Accuracy", "Lower", "Upper", "Method"),
        tuple(cells),
        tuple(number for number, row in enumerate(rows) if row.kind in SHORT),
    )
    return Block(
        "forest",
        _forest_title(rows),
        f"Accuracy with its {plan.level} interval, each reader first. The dashed line is one half.",
        svg=intervals_svg(lines, key="forest", title="Accuracy of each reader and overall", axis="Accuracy"),
        table=table,
        method=(
            "Accuracy depends on the share of each class among the images; compare it with the baselines.",
            *_spread_words(part),
            *_group_words(part),
        ),
    )


def _title(verdicts: dict[str, str], plan: AnalysisPlan) -> str:
    main = next(iter(verdicts.values()))
    agree = len(set(verdicts.values())) == 1
    said = {
        "equivalent": f"Balanced accuracy lies within {plan.margin:g} of chance",
        "distinguishable": "Balanced accuracy differs from chance",
        "inconclusive": "Neither a difference from chance nor equivalence is shown",
    }[main]
    if agree:
        return said
    return f"{said} (with the cases taken as fixed the verdict would be “{verdicts[OVER_READERS]}”)"


def _data(rows: dict[str, Row]) -> Table:
    found = [(row, row.of("balanced_accuracy")) for row in rows.values()]
    return Table(
        ("sample", "method", "balanced_accuracy", "lower", "upper"),
        tuple((SHORT[row.kind], row.method, one.value, *limits(one.interval)) for row, one in found),
    )


def _drawn(row: Row) -> tuple[Interval | None, str]:
    kind = "overall" if row.kind == OVER_BOTH else "baseline" if row.kind == "baseline" else "reader"
    return (None if kind == "baseline" else row.of("accuracy").interval), kind


def _forest_title(rows: list[Row]) -> str:
    known = [row.of("accuracy").interval for row in rows if row.kind == "reader"]
    above = sum(interval is not None and interval.lower > 0.5 for interval in known)
    if len(known) == 1:
        return f"The reader's accuracy is {'' if above else 'not '}shown to be above one half"
    verb = "is" if above == 1 else "are"
    return f"{above} of {len(known)} readers {verb} shown to be right more often than not"


def _spread_words(part: Part) -> tuple[str, ...]:
    spread = part.main.heterogeneity
    if spread is None:
        return ()
    if spread.chi2 is None or spread.design_effect is None:
        return (f"Differences between readers: {spread.note}.",)
    return (
        f"Differences between readers: χ² {spread.chi2:.2f} with {spread.df} df, p {p_words(spread.p)}; design "
        f"effect "
        f"{spread.design_effect:.2f} against the pooled interval, which is too narrow by its root.",
    )


def _group_lines(part: Part) -> list[Line]:
    groups = part.groups.value
    return [
        Line(
            f"Group {one.group}, {one.readers} reader{'' if one.readers == 1 else 's'}", one.accuracy, one.interval
        )
        for one in (groups.means if groups else ())
    ]


def _group_words(part: Part) -> tuple[str, ...]:
    groups = part.groups.value
    if groups is None or groups.difference is None:
        return ()
    found = groups.difference
    test = (
        f"Welch t = {found.t:.2f}, df {found.df:.1f}, p {p_words(found.p)}"
        if found.t is not None and found.df is not None
        else found.note
    )
    first, second = groups.means
    return (
        f"Mean accuracy of {first.group} {found.first:.3f}, of {second.group} {found.second:.3f}: difference "
        f"{found.difference:+.3f} ({test}).",
    )
