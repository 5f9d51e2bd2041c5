"""VinDr-Mammo: `images/STUDY/IMAGE.dicom`, `breast-level_annotations.csv`, `metadata.csv`.

Source: Nguyen et al., Scientific Data 10 (2023) 277; the layout of version 1.0.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mambo_engine.data.published.table import Record, cells, read_table

TABLE = "breast-level_annotations.csv"
COLUMNS = ("study_id", "image_id", "view_position", "breast_birads", "breast_density", "split")


def records(root: Path) -> Iterator[Record]:
    """Yield every row; a study is a patient, and the published split is by study."""
    heads = root / "metadata.csv"
    scanners = {row.get("SOP Instance UID", ""): row for row in read_table(heads)} if heads.is_file() else {}
    for row in read_table(root / TABLE):
        study, image, view, birads, density, split = cells(row, *COLUMNS)
        yield Record(
            file=root / "images" / study / f"{image}.dicom",
            patient=study,
            labels={
                "birads": birads.removeprefix("BI-RADS").strip(),
                "density": density.removeprefix("DENSITY").strip(),
                "view": view,
            },
            facts={**scanners.get(image, {}), **row},
            split="test" if split == "test" else "",
        )
