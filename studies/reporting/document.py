"""The report as a sequence of blocks, the verdict first; pages and files only lay it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from studies.reporting.blocks.agreement import agreement_block
from studies.reporting.blocks.birads import birads_blocks
from studies.reporting.blocks.cases import difficulty_block
from studies.reporting.blocks.confidence import calibration_block
from studies.reporting.blocks.exclusions import exclusions_block
from studies.reporting.blocks.marks import marks_block
from studies.reporting.blocks.modalities import modalities_block
from studies.reporting.blocks.order import order_block
from studies.reporting.blocks.paper_table import paper_block
from studies.reporting.blocks.roc import roc_block
from studies.reporting.blocks.shapes import Block, readers_words
from studies.reporting.blocks.verdict import forest_block, verdict_block
from studies.reporting.checklist import checklist_block
from studies.reporting.facts import StudyFacts
from studies.reporting.model import FullReport, Part
from studies.statistics.finding import finding

Marks = Mapping[str, Sequence[dict[str, Any]]]


@dataclass(frozen=True)
class Document:
    """Headline, the numbers behind it, what the run rests on (name and value), and the blocks in order."""

    title: str
    headline: str
    numbers: str
    size: str
    identity: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    blocks: tuple[Block, ...]

    def block(self, key: str) -> Block | None:
        """Return the block of this key, or None."""
        return next((block for block in self.blocks if block.key == key), None)


def document(report: FullReport, facts: StudyFacts, marks: pd.DataFrame | None = None) -> Document:
    """Return the report laid out in blocks.

    Args:
        report: the executed plan.
        facts: what is known of the study.
        marks: one row per mark: `reader`, `case`, `finding`, `x`, `y`, `width`, `height`, `shape`, `points`; None
            where the study asked for none.
    """
    plan, first = report.plan, report.first
    headline, numbers = finding(
        first.main, confidence=plan.confidence, positive=plan.positive, negative=plan.negative
    )
    between = modalities_block(report)
    several = between is not None
    if between is not None:
        headline, numbers = between.title, between.note
    blocks = [between] if between else []
    for number, part in enumerate(report.parts, 1):
        own = _part_blocks(part, report, marks)
        blocks += [_of_part(block, part, number) for block in own] if several else own
    if marks is not None and facts.picture_rows:
        block = marks_block(marks, rows=facts.picture_rows, columns=facts.picture_columns)
        blocks += [block] if block else []
    blocks += [exclusions_block(report), checklist_block(report, facts)]
    readings = sum(part.readings for part in report.parts)
    readers = len({reader.reader for part in report.parts for reader in part.main.readers})
    size = f"{readers} reader{'' if readers == 1 else 's'}, {first.cases} cases, {readings} readings"
    if facts.simulated:
        headline = f"Simulated readers: {headline[:1].lower()}{headline[1:]}"
    return Document(
        facts.title, headline, numbers, size, _identity(report, facts), _warnings(report, facts), tuple(blocks)
    )


def _part_blocks(part: Part, report: FullReport, marks: pd.DataFrame | None) -> list[Block]:
    plan = report.plan
    by_case: dict[str, list[dict[str, Any]]] = {}
    for row in [] if marks is None else marks.to_dict("records"):
        by_case.setdefault(str(row["case"]), []).append({str(key): value for key, value in row.items()})
    return [
        verdict_block(part, plan),
        forest_block(part, plan),
        paper_block(part, plan),
        roc_block(part, plan),
        agreement_block(part, plan),
        calibration_block(part, plan),
        order_block(part, plan),
        difficulty_block(part, plan, by_case),
        *birads_blocks(part, plan),
    ]


def _of_part(block: Block, part: Part, number: int) -> Block:
    """Return the block under a key and title of its modality; identifiers stay apart on one page."""
    key = f"{block.key}-{number}"
    svg = block.svg
    for name in ("name", "text"):
        svg = svg.replace(f"{block.key}-{name}", f"{key}-{name}")
    return replace(block, key=key, title=f"{part.modality}: {block.title}", svg=svg)


def _identity(report: FullReport, facts: StudyFacts) -> tuple[tuple[str, str], ...]:
    plan = report.plan
    rows = [
        ("Protocol SHA-256", facts.protocol_sha256),
        ("Protocol locked", facts.locked_at),
        ("Unblinded", facts.unblinded_at),
        ("Plan", f"{plan.measure.replace('_', ' ')}, margin ±{plan.margin:g}, confidence {plan.level}"),
        ("Plan SHA-256", plan.sha256),
        ("Data SHA-256", report.data_sha256),
        ("Software", report.code_version),
        ("Seed of resampling", f"{plan.seed}, {plan.draws} draws"),
    ]
    return tuple((name, value) for name, value in rows if value)


def _warnings(report: FullReport, facts: StudyFacts) -> tuple[str, ...]:
    found = []
    if facts.simulated:
        found.append("These readings are simulated: nobody read.")
    if facts.deviation:
        found.append(f"This run deviates from the locked plan: {facts.deviation}")
    if facts.origin == "table":
        found.append("This table was brought in as a file: no locked protocol stands behind it.")
    found += [f"The truth was looked at before unblinding: {look}" for look in facts.looks]
    for part in report.parts:
        found += part.main.notes
        effects = part.main.random_effects
        found += effects.notes if effects else ()
        found += [
            f"reader {roc.reader}: {roc.note}" for roc in part.rocs.value or () if roc.note and roc.curve is None
        ]
    one_class = [
        reader.reader for part in report.parts for reader in part.main.readers if reader.detection is None
    ]
    if one_class:
        found.append(
            f"Read one class only, so sensitivity or specificity is not defined: {readers_words(one_class)}"
        )
    return tuple(dict.fromkeys(note[:1].upper() + note[1:] for note in found))
