"""A table of the images to train on: file, patient, split and labels, one row an image.

The file is a CSV with the columns path, patient, split and any label columns; a label left empty is unknown. Paths
are relative to the folder of the file, or absolute. Row numbers in messages count as a spreadsheet does: the
heading is row 1.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mambo_engine.errors import DataError

SPLITS = ("train", "val", "test")
FIXED_COLUMNS = ("path", "patient", "split")
Vocabulary = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class ManifestRow:
    """One image.

    Attributes:
        path: of the file, as the table says it.
        patient: name of the patient; all images of one patient are in one split.
        split: train, val or test.
        labels: value of each label field; an empty one is unknown.
    """

    path: str
    patient: str
    split: str
    labels: Mapping[str, str]

    def indices(self, vocabulary: Vocabulary) -> list[int]:
        """Label indices in the order of `vocabulary`, 1 = first value, 0 = unknown."""
        known = {name: self.labels.get(name, "") for name in vocabulary}
        return [values.index(known[name]) + 1 if known[name] else 0 for name, values in vocabulary.items()]


@dataclass(frozen=True)
class Manifest:
    """A table of images.

    Attributes:
        rows: in the order of the file.
        folder: that relative paths start from.
        name: of the file, for messages.
    """

    rows: tuple[ManifestRow, ...]
    folder: Path
    name: str = "manifest"

    def file(self, row: ManifestRow) -> Path:
        """Where the image of `row` lies."""
        return self.folder / row.path

    def part(self, split: str) -> tuple[ManifestRow, ...]:
        """The rows of one split."""
        return tuple(row for row in self.rows if row.split == split)

    def digest(self, split: str) -> str:
        """SHA-256 of the names, sizes and times of the files of one split; names a cache made from them."""
        found = hashlib.sha256()
        for row in self.part(split):
            facts = self.file(row).stat()
            found.update(repr((row.path, facts.st_size, facts.st_mtime_ns)).encode())
        return found.hexdigest()


def read_manifest(path: Path) -> Manifest:
    """Read a table; what its rows say is not checked here (see `manifest_check.check_manifest`).

    Raises:
        DataError: the file is missing or empty, a column is missing, or a row has too many or too few cells.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            table = list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"manifest {path}: {error}") from error
    heading = [name.strip() for name in table[0]] if table else []
    missing = [name for name in FIXED_COLUMNS if name not in heading]
    if missing:
        raise DataError(
            f"manifest {path}: got columns {', '.join(heading) or 'none'}, missing {', '.join(missing)}"
        )
    ragged = [number for number, cells in enumerate(table[1:], 2) if len(cells) != len(heading)]
    if ragged:
        listed = ", ".join(map(str, ragged[:20]))
        raise DataError(f"manifest {path}: expected {len(heading)} cells, got others in rows {listed}")
    if len(table) < 2:
        raise DataError(f"manifest {path}: got no images, expected at least one row")
    rows = (_row(dict(zip(heading, (cell.strip() for cell in cells), strict=True))) for cells in table[1:])
    return Manifest(tuple(rows), path.parent, str(path))


def _row(cells: dict[str, str]) -> ManifestRow:
    fixed = {name: cells.pop(name) for name in FIXED_COLUMNS}
    return ManifestRow(**fixed, labels=cells)


def write_manifest(rows: Iterable[ManifestRow], path: Path) -> None:
    """Write a table that `read_manifest` reads; label columns in the order in which they first occur."""
    kept: Sequence[ManifestRow] = tuple(rows)
    fields = list(dict.fromkeys(name for row in kept for name in row.labels))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*FIXED_COLUMNS, *fields])
        for row in kept:
            writer.writerow([row.path, row.patient, row.split, *(row.labels.get(name, "") for name in fields)])
