"""Which cases deceived: difficulty of each, and the hardest ones with their pictures and marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from studies.reporting.blocks.drawing import ACCENT, LINE, QUIET, axes, svg_of
from studies.reporting.blocks.shapes import Block, Picture, Table, limits
from studies.reporting.model import Part
from studies.reporting.plan import AnalysisPlan
from studies.statistics.difficulty import CaseDifficulty

EACH = 6
ROWS = 20
# As the style sheet of the report draws them.
MARK_LINES = "masses in whole lines, calcifications in short dashes, distortions in dots, others in long dashes"


def difficulty_block(part: Part, plan: AnalysisPlan, marks: Mapping[str, Sequence[dict[str, Any]]]) -> Block:
    """Return the cases by difficulty; `marks` are all readers' marks by case, drawn over the pictures."""
    cases = part.difficulty.value
    if cases is None:
        return Block("difficulty", "No difficulty of cases", missing=f"{part.difficulty.reason}.")
    words = {True: plan.positive, False: plan.negative}
    columns = ("Case", "Truth", "Wrong", "Readings", "Share wrong, shrunken", "Lower", "Upper", "Item-total r")
    rows = tuple(
        (one.case, words[one.truth], one.wrong, one.readings, one.shrunken, *limits(one.interval), one.item_total)
        for one in cases
    )
    return Block(
        "difficulty",
        _title(cases, plan),
        "Each dot is a case, from the hardest to the easiest of its class; below, the most deceptive ones"
        + (f" with all readers' marks: {MARK_LINES}." if any(marks.values()) else "."),
        svg=_drawn(cases, plan),
        table=Table(columns, rows[:ROWS]),
        data=Table(columns, rows),
        pictures=tuple(_picture(one, words, marks) for one in _hardest(cases)),
        method=(
            f"Share of wrong answers, shrunken to the mean of its class by a beta-binomial prior; the table "
            f"shows the "
            f"hardest {ROWS}, the file all.",
            "Item-total r: whether readers who err on this case err on others; not defined where nothing varies.",
            *_effects(part),
        ),
    )


def _hardest(cases: Sequence[CaseDifficulty]) -> list[CaseDifficulty]:
    """Return the cases most often mistaken, of each class."""
    chosen: list[CaseDifficulty] = []
    for truth in (True, False):
        chosen += [one for one in cases if one.truth == truth and one.wrong][:EACH]
    return chosen


def _picture(
    one: CaseDifficulty, words: Mapping[bool, str], marks: Mapping[str, Sequence[dict[str, Any]]]
) -> Picture:
    caption = f"{words[one.truth]}, wrong {one.wrong} of {one.readings}"
    return Picture(one.case, caption, tuple(marks.get(one.case, ())))


def _title(cases: Sequence[CaseDifficulty], plan: AnalysisPlan) -> str:
    counts = {}
    for truth in (True, False):
        own = [one for one in cases if one.truth == truth]
        counts[truth] = (sum(2 * one.wrong > one.readings for one in own), len(own))
    return (
        f"Most readers were wrong on {counts[True][0]} of {counts[True][1]} {plan.positive} and "
        f"{counts[False][0]} of {counts[False][1]} {plan.negative} images"
    )


def _drawn(cases: Sequence[CaseDifficulty], plan: AnalysisPlan) -> str:
    figure, (plot,) = axes(9.2, 3.2)
    for truth, color, word in ((True, ACCENT, plan.positive), (False, QUIET, plan.negative)):
        own = [one.shrunken for one in cases if one.truth == truth]
        if own:
            places = [(place + 0.5) / len(own) for place in range(len(own))]
            marker: dict[str, Any] = {"markerfacecolor": color if truth else "white", "markeredgecolor": color}
            plot.plot(places, own, "o", markersize=4.5, **marker)
            mark = "●" if truth else "○"
            plot.text(
                0.99,
                0.98 if truth else 0.9,
                f"{mark} {word}",
                color=color,
                ha="right",
                va="top",
                transform=plot.transAxes,
            )
    plot.set(ylim=(0, 1.05), xlim=(-0.01, 1.01), xticks=[])
    plot.set_xlabel("Cases of a class, hardest first")
    plot.set_ylabel("Share wrong, shrunken")
    plot.grid(axis="y", color=LINE, linewidth=0.8)
    plot.set_axisbelow(True)
    return svg_of(figure, key="difficulty", title="Difficulty of each case", description=_title(cases, plan))


def _effects(part: Part) -> tuple[str, ...]:
    found = part.crossed_effects.value
    if found is None or found.reader_sd is None or found.case_sd is None:
        reason = found.note if found else part.crossed_effects.reason
        return (f"Crossed mixed model: {reason}.",)
    return (
        f"Crossed logistic mixed model (variational Bayes): standard deviation of readers {found.reader_sd:.2f}, "
        f"of "
        f"cases {found.case_sd:.2f} on the logit scale{'; ' + found.note if found.note else ''}.",
    )
