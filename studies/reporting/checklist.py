"""What reporting guidelines ask for, filled from the study as far as it knows; the rest is the authors'.

Topics are in our own words and name the guideline, not its text: CLAIM (Mongan et al., Radiol. Artif. Intell.
2020; updated 2024), STARD-AI (Sounderajah et al., 2025), GRRAS (Kottner et al., J. Clin. Epidemiol. 64 (2011) 96).
"""

from __future__ import annotations

from studies.reporting.blocks.shapes import Block, Cell, Table
from studies.reporting.facts import StudyFacts
from studies.reporting.model import FullReport

AUTHORS = "to be written by the authors"


def checklist_block(report: FullReport, facts: StudyFacts) -> Block:
    """Return the checklist with what the study can say for itself."""
    rows: list[tuple[Cell, ...]] = [*_methods(report, facts), *_results(report)]
    filled = sum(row[2] != AUTHORS for row in rows)
    return Block(
        "checklist",
        f"{filled} of {len(rows)} reporting topics are filled in; the rest is the authors'",
        table=Table(("Topic", "Guidelines", "In this study"), tuple(rows)),
        method=("Topics in our own words. Check each against the guideline before submission.",),
    )


def _methods(report: FullReport, facts: StudyFacts) -> list[tuple[Cell, ...]]:
    plan = report.plan
    return [
        (
            "Question and hypothesis",
            "CLAIM, STARD-AI",
            f"Can readers tell {plan.positive} from {plan.negative}? Margin ±{plan.margin:g} of balanced accuracy",
        ),
        (
            "Study design, protocol and registration",
            "CLAIM, STARD-AI",
            f"Protocol SHA-256 {facts.protocol_sha256}" if facts.protocol_sha256 else AUTHORS,
        ),
        ("Source and selection of images", "CLAIM, STARD-AI, GRRAS", facts.sources or AUTHORS),
        ("Image processing before reading", "CLAIM", facts.processing or AUTHORS),
        ("Reference standard", "CLAIM, STARD-AI", facts.reference or AUTHORS),
        (
            "Readers: number, training, experience",
            "STARD-AI, GRRAS",
            f"{len(report.first.main.readers)} readers; experience {AUTHORS}",
        ),
        ("What readers were told, blinding", "STARD-AI, GRRAS", facts.told or AUTHORS),
        ("Rating process, order, independence of readings", "GRRAS", facts.order or AUTHORS),
        ("Sample size", "STARD-AI, GRRAS", facts.sample_size or AUTHORS),
        (
            "Statistical methods, handling of clustering",
            "CLAIM, STARD-AI, GRRAS",
            "U-statistics and Obuchowski-Rockette, readers and cases random; see the method of each section",
        ),
        (
            "Missing and excluded readings",
            "STARD-AI",
            f"{sum(rule.readings for rule in report.exclusions)} left out by {len(report.exclusions)} rules; "
            f"{facts.missing or 'see the section on exclusions'}",
        ),
        ("Model, training data, generation settings", "CLAIM", facts.generator or AUTHORS),
    ]


def _results(report: FullReport) -> list[tuple[Cell, ...]]:
    first = report.first
    return [
        (
            "Numbers of readers, cases and readings",
            "STARD-AI, GRRAS",
            f"{len(first.main.readers)} readers, {first.cases} cases, {first.readings} readings",
        ),
        ("Characteristics of readers and cases", "STARD-AI, GRRAS", AUTHORS),
        ("Cross tabulation of answers and reference", "STARD-AI", "the table of readers, TP, FP, FN, TN"),
        ("Estimates with their uncertainty", "CLAIM, STARD-AI, GRRAS", "every section, with its method"),
        ("Agreement between and within readers", "GRRAS", "the section on agreement"),
        ("Analysis of errors", "CLAIM", "the section on difficulty"),
        ("Limitations, generalizability, use", "CLAIM, STARD-AI, GRRAS", AUTHORS),
        (
            "Availability of data and code",
            "CLAIM",
            f"exports of this study; software version {report.code_version}",
        ),
        ("Funding and interests", "CLAIM, STARD-AI", AUTHORS),
    ]
