"""`manage.py analyze --csv FILE --map reader=NAME ...`: the report of a table without a study in the database."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from studies.reporting.document import document
from studies.reporting.facts import StudyFacts
from studies.reporting.own_table import (
    MAPPABLE,
    MEANINGS,
    OwnTable,
    class_words,
    guessed_mapping,
    own_table,
    read_rows,
)
from studies.reporting.plan import AnalysisPlan
from studies.selectors.reports import report_kept
from studies.statistics.errors import StatisticsError
from studies.views.report_page import report_file


class Command(BaseCommand):
    """Reads a CSV of readings, says what was understood, and writes the report of it."""

    help = "Make the report of a CSV of readings."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        names = "; ".join(f"{name}: {MEANINGS[name]}" for name in MAPPABLE)
        parser.add_argument("--csv", type=Path, required=True, metavar="FILE", help="one row per reading")
        parser.add_argument(
            "--map", nargs="+", default=[], metavar="OURS=COLUMN", help=f"which column is which. {names}"
        )
        parser.add_argument("--positive", metavar="VALUE", help="the class to be found, such as synthetic")
        parser.add_argument("--threshold", type=float, help="without an answer: ratings above it count as one")
        parser.add_argument("--margin", type=float, default=0.05, help="of balanced accuracy about 0.5 (0.05)")
        parser.add_argument("--confidence", type=float, default=0.95, help="of every interval (0.95)")
        parser.add_argument(
            "--exclude", nargs="+", default=[], metavar="RULE", help='such as "reading.seconds < 1"'
        )
        parser.add_argument("--seed", type=int, default=0, help="of every resampling (0)")
        parser.add_argument("--title", default="", help="of the report (the file's name)")
        parser.add_argument("--out", type=Path, metavar="FILE", help="the report as one HTML file")
        parser.add_argument("--json", type=Path, metavar="FILE", help="every number as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Analyze the table and say the finding."""
        try:
            rows = read_rows(_text(options["csv"]))
            mapping = guessed_mapping(list(rows.columns)) | _mapping(options["map"])
            found = own_table(rows, mapping, positive=options["positive"], threshold=options["threshold"])
            plan = _plan(options, found, class_words(rows, mapping["truth"], options["positive"]))
            report = report_kept(found.table, plan)
        except StatisticsError as error:
            raise CommandError(error.message) from error
        page = document(report, StudyFacts(options["title"] or options["csv"].name, origin="table"))
        self.stdout.write("Columns: " + ", ".join(f"{ours} from {theirs}" for ours, theirs in mapping.items()))
        for text in (*found.understood, "", page.headline, page.numbers, *page.warnings):
            self.stdout.write(text)
        if options["out"]:
            options["out"].write_text(report_file(page), encoding="utf-8")
        if options["json"]:
            options["json"].write_text(json.dumps(report.to_dict(), indent=2, allow_nan=False) + "\n")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} could not be read as UTF-8 text: {error}") from error


def _mapping(pairs: list[str]) -> dict[str, str]:
    wrong = [pair for pair in pairs if "=" not in pair]
    if wrong:
        raise CommandError(f"--map: got {wrong[0]!r}, expected OURS=COLUMN, such as reader=Reader")
    return {ours: theirs for ours, _, theirs in (pair.partition("=") for pair in pairs)}


def _plan(options: dict[str, Any], found: OwnTable, words: tuple[str, str]) -> AnalysisPlan:
    return AnalysisPlan(
        margin=options["margin"],
        confidence=options["confidence"],
        positive=words[0],
        negative=words[1],
        levels=found.levels,
        exclusions=tuple(options["exclude"]),
        seed=options["seed"],
    )
