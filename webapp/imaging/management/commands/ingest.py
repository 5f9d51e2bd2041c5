"""`manage.py ingest PATH...`: bring in files and folders."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from webapp.core.errors import DomainError
from webapp.imaging.ingest.bounded import Limits, Outcome, bounded
from webapp.imaging.ingest.errors import IngestError
from webapp.imaging.ingest.files import files_of, labels_of
from webapp.imaging.ingest.prepare import WORK, Job
from webapp.imaging.services import Fate, batch_ingest
from webapp.imaging.services.files import failure_reason

FACTS = ("rows", "columns", "bits", "laterality", "view", "spacing_mm", "sha256")
NAMES = {"sha256": "pixel_sha256"}
Labels = Mapping[Path, Mapping[str, str]]


class Command(BaseCommand):
    """Adds pictures to the library; ends with 1 when a file was refused."""

    help = "Add DICOM, PNG, TIFF, PGM or JPEG files, or whole folders, to the library."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--source", choices=["original", "phantom", "generated"], default="original")
        parser.add_argument("--dry-run", action="store_true", help="read and check only; touch no database")
        parser.add_argument("--json", action="store_true", help="print one JSON list instead of lines")
        parser.add_argument("--report", type=Path, metavar="FILE", help="also write the JSON list to this file")
        cores = min(os.cpu_count() or 1, 4)
        parser.add_argument("--workers", type=int, default=cores, help=f"processes, default {cores}")
        parser.add_argument("--seconds", type=float, default=120.0, help="the most that one file may take")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read every file and report the fate of each."""
        try:
            files = list(dict.fromkeys(files_of(options["paths"])))
            labels = labels_of(files)
        except IngestError as error:
            raise CommandError(str(error)) from error
        report = _Report(self, len(files), options)
        limits = Limits(seconds=options["seconds"])
        try:
            if options["dry_run"]:
                look(files, labels, workers=options["workers"], limits=limits, told=report.tell)
            else:
                batch_ingest(
                    files, source=options["source"], labels=labels, workers=options["workers"], limits=limits,
                    told=lambda fate: report.tell(fate.path, fate_fields(fate)),
                )  # fmt: skip
        except (DomainError, KeyboardInterrupt) as error:
            report.close(files)
            words = error.message if isinstance(error, DomainError) else "Interrupted."
            raise CommandError(f"{words} Run the same command again to go on.") from error
        report.close(files)
        # A dry run's answer is its list; a run that should have added everything and did not has failed.
        if report.refused and not (options["dry_run"] and options["json"]):
            raise SystemExit(1)


class _Report:
    """Collects fates, tells them as they come, and prints the list or the sum at the end."""

    def __init__(self, command: Command, total: int, options: dict[str, Any]) -> None:
        self.command, self.options = command, options
        self.fates: dict[Path, dict[str, Any]] = {}
        self.bar = tqdm(total=total, unit="file", disable=True if options["json"] else None, leave=False)
        if options["report"]:
            options["report"].touch()  # fails before the work rather than after it

    @property
    def refused(self) -> bool:
        """Whether a file was refused."""
        return any(fate["status"] == "refused" for fate in self.fates.values())

    def tell(self, path: Path, fields: dict[str, Any]) -> None:
        """Take a fate."""
        self.fates[path] = {"path": os.fsencode(path).decode(errors="replace"), **fields}
        self.bar.update()
        if fields["status"] in {"refused", "duplicate"} and not self.options["json"]:
            self.bar.clear()
            self.command.stderr.write(str(fields["reason"]))

    def close(self, files: list[Path]) -> None:
        """Print in the order in which the files were named."""
        self.bar.close()
        fates = [self.fates[path] for path in files if path in self.fates]
        text = json.dumps(fates, indent=1)
        if self.options["report"]:
            self.options["report"].write_text(text + "\n")
        self.command.stdout.write(text if self.options["json"] else summary(fates))


def look(
    files: list[Path],
    labels: Labels,
    *,
    workers: int,
    limits: Limits,
    told: Callable[[Path, dict[str, Any]], None],
) -> None:
    """Read files without adding them."""
    jobs = (Job(path, settings.UPLOAD_MAX_BYTES, dict(labels.get(path, {}))) for path in files)
    for outcome in bounded(WORK, jobs, workers=min(workers, len(files)), limits=limits):
        if outcome is not None:
            told(outcome.job.path, look_fields(outcome))


def look_fields(outcome: Outcome) -> dict[str, Any]:
    """Return what a dry run tells of a file: status, reason and facts, which are null for a refused one."""
    facts = None if outcome.failure else outcome.result.facts
    if facts is None:
        reason = failure_reason(outcome) if outcome.failure else outcome.result.reason
        return {"status": "refused", "reason": reason, **dict.fromkeys(FACTS)}
    return {"status": "accepted", "reason": "", **{name: getattr(facts, NAMES.get(name, name)) for name in FACTS}}


def fate_fields(fate: Fate) -> dict[str, Any]:
    """Return what a run tells of a file."""
    return {"status": str(fate.status), "reason": fate.reason, "token": fate.token}


def summary(fates: list[dict[str, Any]]) -> str:
    """Return the last line: how many of each fate."""
    words = {"added": "added", "accepted": "accepted", "duplicate": "already there", "refused": "not added"}
    counts = {status: sum(fate["status"] == status for fate in fates) for status in words}
    parts = [f"{count} {words[status]}" for status, count in counts.items() if count]
    return (", ".join(parts) or "no files found") + "."
