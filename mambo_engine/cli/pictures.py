"""Pictures on disk: 16-bit PNG files with a table of labels beside them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

FIELDS = ("file", "birads", "density", "view", "laterality", "pixel_spacing_mm")


class PictureFolder:
    """A folder that pictures are written to, with `labels.csv`.

    Args:
        folder: made when it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: list[dict[str, Any]] = []
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, name: str, pixels: NDArray[np.uint16], labels: Mapping[str, Any]) -> Path:
        """Write stored values as a 16-bit PNG and note its labels; the table is complete after each picture."""
        path = self.folder / name
        Image.fromarray(pixels).save(path)
        self.rows.append({"file": name, **labels})
        with (self.folder / "labels.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, FIELDS, restval="", extrasaction="ignore")
            writer.writeheader()
            writer.writerows(self.rows)
        return path
