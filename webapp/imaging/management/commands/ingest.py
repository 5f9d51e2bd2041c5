"""`manage.py ingest PATH...`: bring in files and folders."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from webapp.core.errors import ConflictError, DomainError
from webapp.imaging.ingest.errors import IngestError
from webapp.imaging.ingest.labels import FILE_NAME, read_labels
from webapp.imaging.ingest.source import SourceImage
from webapp.imaging.services import image_ingest, source_read

# What lies beside pictures in folders; named on the command line such a file is tried, and refused by name.
BESIDE = {".csv", ".html", ".json", ".md", ".pdf", ".txt", ".xml", ".yaml", ".yml", ".zip"}


class Command(BaseCommand):
    """Adds pictures to the library; ends with 1 when a file was refused."""

    help = "Add DICOM, PNG, TIFF, PGM or JPEG files, or whole folders, to the library."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--source", choices=["original", "phantom", "generated"], default="original")
        parser.add_argument("--dry-run", action="store_true", help="read and check only; touch no database")
        parser.add_argument("--json", action="store_true", help="print one JSON list instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read every file and report the fate of each."""
        files = list(files_of(options["paths"]))
        labels = labels_of(files)
        bar = tqdm(files, unit="file", disable=options["json"] or None, leave=False)
        results = []
        for path in bar:
            result = self._one(path, labels.get(path, {}), options)
            results.append(result)
            if result["status"] in {"refused", "duplicate"} and not options["json"]:
                bar.write(str(result["reason"]), file=self.stderr, end="")
        if options["json"]:
            self.stdout.write(json.dumps(results, indent=1))
        else:
            self.stdout.write(summary(results))
        if any(result["status"] == "refused" for result in results):
            raise SystemExit(1)

    def _one(self, path: Path, labels: dict[str, str], options: dict[str, Any]) -> dict[str, Any]:
        try:
            if options["dry_run"]:
                raster = source_read(path, name=path.name, labels=labels)
                return {"path": str(path), "status": "readable", "reason": "", **raster_facts(raster)}
            image = image_ingest(path, name=path.name, created_by=None, source=options["source"], labels=labels)
        except ConflictError as error:
            return {"path": str(path), "status": "duplicate", "reason": error.message}
        except DomainError as error:
            return {"path": str(path), "status": "refused", "reason": error.message}
        return {"path": str(path), "status": "added", "reason": "", "token": image.token}


def files_of(paths: list[Path]) -> Iterator[Path]:
    """Yield the files to try: named ones as they are, folders through all their levels.

    Raises:
        CommandError: when a path does not exist.
    """
    for path in paths:
        if path.is_dir():
            inside = sorted(file for file in path.rglob("*") if file.is_file())
            hidden = (file for file in inside if not any(p.startswith(".") for p in file.relative_to(path).parts))
            yield from (file for file in hidden if file.suffix.lower() not in BESIDE and file.name != "DICOMDIR")
        elif path.exists():
            yield path
        else:
            raise CommandError(f"There is no {path}.")


def labels_of(files: list[Path]) -> dict[Path, dict[str, str]]:
    """Return the labels of each file whose folder holds a `labels.csv`.

    Raises:
        CommandError: when such a table can't be read.
    """
    labels: dict[Path, dict[str, str]] = {}
    for folder in sorted({file.parent for file in files}):
        table = folder / FILE_NAME
        if table.is_file():
            try:
                rows = read_labels(table.read_text(encoding="utf-8-sig"))
            except (IngestError, UnicodeDecodeError) as error:
                raise CommandError(f"{table}: {error}") from error
            labels |= {folder / name: row for name, row in rows.items()}
    return labels


def raster_facts(raster: SourceImage) -> dict[str, Any]:
    """Return what a dry run tells of a readable file."""
    return {
        "rows": raster.rows,
        "columns": raster.columns,
        "bits": raster.bits,
        "laterality": raster.laterality,
        "view": raster.view,
        "spacing_mm": list(raster.spacing_mm) if raster.spacing_mm else None,
        "sha256": raster.pixel_sha256,
    }


def summary(results: list[dict[str, Any]]) -> str:
    """Return the last line: how many of each fate."""
    counts = {status: sum(result["status"] == status for result in results) for status in
              ("added", "readable", "duplicate", "refused")}  # fmt: skip
    words = {"duplicate": "already there", "refused": "not added"}
    parts = [f"{count} {words.get(status, status)}" for status, count in counts.items() if count]
    return (", ".join(parts) or "no files found") + "."
