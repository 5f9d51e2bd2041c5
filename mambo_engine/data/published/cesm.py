"""CDD-CESM, low-energy images: `Low energy images of CDD-CESM/*.jpg`, `Radiology-manual-annotations.csv`.

Source: Khaled et al., Scientific Data 9 (2022) 122. The published table is a workbook; its sheet of all images is
to be saved as CSV. Only single BI-RADS categories 3, 4 and 5 are kept as a label; mixed ones such as 4$2 are not.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mambo_engine.data.published.table import Record, cells, read_table

TABLES = ("Radiology-manual-annotations.csv", "annotations_subset.csv")
DENSITY = "Breast density (ACR)"
BIRADS = ("3", "4", "5")


def records(root: Path) -> Iterator[Record]:
    """Yield every low-energy image."""
    table = next((root / name for name in TABLES if (root / name).is_file()), root / TABLES[0])
    pictures = (path for path in sorted(root.rglob("*_DM_*.jpg")) if path.parent.name != "masks")
    files = {path.stem.strip(): path for path in pictures}
    for row in read_table(table):
        name, patient, view, density, birads = cells(row, "Image_name", "Patient_ID", "View", DENSITY, "BIRADS")
        if row.get("Type", "DM") != "DM":
            continue
        labels = {"birads": birads if birads in BIRADS else "", "view": view}
        labels["density"] = density if density in ("A", "B", "C", "D") else ""
        yield Record(files.get(name, root / f"{name}.jpg"), f"P{patient}", labels, facts=row)
