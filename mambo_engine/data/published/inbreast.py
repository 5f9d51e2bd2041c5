"""INbreast: `AllDICOMs/FILE_PATIENT_MG_SIDE_VIEW_ANON.dcm`, `INbreast.csv` with semicolons.

Source: Moreira et al., Academic Radiology 19 (2012) 236. The table's patient column is blanked; the second part
of a file name tells the images of one patient.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mambo_engine.data.published.table import ACR, Record, cells, read_table


def records(root: Path) -> Iterator[Record]:
    """Yield every row; 4a, 4b and 4c become 4. `root` may be the release's folder or the one above."""
    table = next(iter(sorted(root.rglob("INbreast.csv"))), root / "INbreast.csv")
    files = {path.name.split("_")[0]: path for path in sorted(table.parent.rglob("*_MG_*.dcm"))}
    for row in read_table(table, delimiter=";"):
        number, view, density, birads = cells(row, "File Name", "View", "ACR", "Bi-Rads")
        if not number.isdigit():
            continue  # the table ends in notes
        file = files.get(number, table.parent / "AllDICOMs" / f"{number}.dcm")
        yield Record(
            file=file,
            patient=file.name.split("_")[1] if number in files else number,
            labels={"birads": birads[:1], "density": ACR.get(density, ""), "view": view},
            facts=row,
        )
