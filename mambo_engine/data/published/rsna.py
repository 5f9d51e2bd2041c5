"""RSNA Screening Mammography Breast Cancer Detection: `train_images/PATIENT/IMAGE.dcm`, `train.csv`.

Source: the data page of the competition (2022-2023). Categories: 0 needs follow-up, 1 negative, 2 normal.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mambo_engine.data.published.table import VIEWS, Record, cells, read_table

COLUMNS = ("patient_id", "image_id", "view", "BIRADS", "density", "cancer")


def records(root: Path) -> Iterator[Record]:
    """Yield every image in a CC or MLO view."""
    for row in read_table(root / "train.csv"):
        patient, image, view, birads, density, cancer = cells(row, *COLUMNS)
        if view in VIEWS:
            yield Record(
                file=root / "train_images" / patient / f"{image}.dcm",
                patient=patient,
                labels={"birads": birads.removesuffix(".0"), "density": density, "view": view, "cancer": cancer},
                facts=row,
            )
