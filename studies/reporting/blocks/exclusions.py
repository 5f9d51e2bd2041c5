"""What was left out, by which rule, and what it changed."""

from __future__ import annotations

from studies.reporting.blocks.shapes import Block, Cell, Table, readers_words
from studies.reporting.model import FullReport
from studies.statistics.finding import finding


def exclusions_block(report: FullReport) -> Block:
    """Return the rules with what each took out; with exclusions also the finding without them."""
    rules = report.exclusions
    gone = sum(rule.readings for rule in rules)
    if not rules:
        return Block(
            "exclusions",
            "No reading was left out",
            "The protocol states no rule of exclusion.",
            method=report.notes,
        )
    rows: list[tuple[Cell, ...]] = [
        (rule.rule, rule.readings, readers_words(rule.readers) or "none", rule.note or "applied") for rule in rules
    ]
    notes = list(report.notes)
    if report.before_exclusions is not None:
        plan = report.plan
        head, numbers = finding(
            report.before_exclusions, confidence=plan.confidence, positive=plan.positive, negative=plan.negative
        )
        notes.append(f"Without any exclusion: {head}. {numbers}")
    title = f"{gone} reading{'' if gone == 1 else 's'} left out by rules stated before reading"
    return Block(
        "exclusions",
        title if gone else "No reading met a rule of exclusion",
        table=Table(("Rule", "Readings", "Readers left out whole", "Note"), tuple(rows)),
        method=tuple(notes),
        open_table=True,
    )
