"""The table beside a folder of pictures: `labels.csv`."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from webapp.imaging.ingest.errors import IngestError

FILE_NAME = "labels.csv"
FIELDS = ("birads", "density", "view", "laterality", "pixel_spacing_mm")
ALLOWED = {
    "birads": {"", "0", "1", "2", "3", "4", "5", "6"},
    "density": {"", "A", "B", "C", "D"},
    "view": {"", "CC", "MLO"},
    "laterality": {"", "L", "R"},
}


def checked_labels(labels: Mapping[str, object], name: str) -> dict[str, str]:
    """Return labels with known fields and allowed values; missing ones are "".

    Args:
        labels: values by field; fields not in `FIELDS` are left out.
        name: the picture's file name, for messages.

    Raises:
        IngestError: naming the field, the value and what is allowed.
    """
    checked = {field: str(labels.get(field) or "").strip() for field in FIELDS}
    for field, allowed in ALLOWED.items():
        value = checked[field] if field == "birads" else checked[field].upper()
        if value not in allowed:
            choices = ", ".join(sorted(allowed - {""}))
            raise IngestError(name, f"its {field} is given as {checked[field]!r}", f"Expected one of {choices}.")
        checked[field] = value
    if checked["pixel_spacing_mm"]:
        try:
            good = 0.01 <= float(checked["pixel_spacing_mm"]) <= 2
        except ValueError:
            good = False
        if not good:
            found = checked["pixel_spacing_mm"]
            raise IngestError(name, f"its pixel_spacing_mm is given as {found!r}", "Expected 0.01 to 2.")
    return checked


def read_labels(text: str) -> dict[str, dict[str, str]]:
    """Return the rows of a labels table by file name, as they stand.

    Raises:
        IngestError: when the table has no column `file`.
    """
    rows = csv.DictReader(io.StringIO(text))
    if "file" not in (rows.fieldnames or []):
        found = ", ".join(rows.fieldnames or []) or "none"
        raise IngestError(FILE_NAME, f"it has no column 'file', only {found}")
    return {row["file"]: {key: value or "" for key, value in row.items() if key} for row in rows if row["file"]}
