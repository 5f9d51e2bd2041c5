"""Pictures on disk: 16-bit PNG and DICOM files that carry their provenance, with a table of labels beside them."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

FIELDS = ("file", "birads", "density", "view", "laterality", "pixel_spacing_mm")
TEXT_KEY = "mambo:provenance"
"""Of the PNG text that holds the provenance as JSON."""


class PictureFolder:
    """A folder that pictures are written to, with `labels.csv`; rows of pictures already there are kept.

    Args:
        folder: made when it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: dict[str, dict[str, Any]] = {}
        folder.mkdir(parents=True, exist_ok=True)
        if self.table.is_file():
            with self.table.open(newline="") as file:
                rows = {str(row.get("file")): dict(row) for row in csv.DictReader(file)}
            self.rows = {name: row for name, row in rows.items() if (folder / name).is_file()}

    @property
    def table(self) -> Path:
        """The table of labels."""
        return self.folder / "labels.csv"

    def add(
        self,
        name: str,
        pixels: NDArray[np.uint16],
        labels: Mapping[str, Any],
        *,
        provenance: Mapping[str, Any] | None = None,
    ) -> Path:
        """Write stored values as a 16-bit PNG and note its labels.

        Args:
            name: of the file.
            pixels: stored values (rows, columns).
            labels: columns of the table.
            provenance: plain facts that the file carries in itself.
        """
        path = write_png(self.folder / name, pixels, provenance)
        self.note(name, labels)
        return path

    def note(self, name: str, labels: Mapping[str, Any]) -> None:
        """Note the labels of a file; the table is whole after each."""
        self.rows[name] = {"file": name, **labels}
        unfinished = self.table.with_name(".labels.csv")
        with unfinished.open("w", newline="") as file:
            writer = csv.DictWriter(file, FIELDS, restval="", extrasaction="ignore")
            writer.writeheader()
            writer.writerows(self.rows.values())
        unfinished.replace(self.table)


def write_png(path: Path, pixels: NDArray[np.uint16], provenance: Mapping[str, Any] | None = None) -> Path:
    """Write stored values as a 16-bit PNG that carries its provenance; the file is whole or not there."""
    text = PngInfo()
    if provenance is not None:
        text.add_text(TEXT_KEY, json.dumps(provenance, sort_keys=True))
    unfinished = path.with_name(f".{path.name}")
    Image.fromarray(pixels).save(unfinished, "PNG", pnginfo=text)
    unfinished.replace(path)
    return path


def provenance_of(path: Path) -> dict[str, Any] | None:
    """Return the facts that a picture written here carries, or None when it carries none or is not there."""
    try:
        with Image.open(path) as picture:
            told = picture.info.get(TEXT_KEY)
        return dict(json.loads(told)) if told else None
    except (OSError, ValueError, SyntaxError):
        return None
