"""CBIS-DDSM: `.../CASE/STUDY/SERIES/1-1.dcm`, four tables `mass_` and `calc_case_description_..._set.csv`.

Source: Lee et al., Scientific Data 4 (2017) 170177. The tables' paths name series that a download calls otherwise,
so the case's folder is looked up. One film may be a mass case and a calcification case, and patients occur in both
published splits: films are merged by patient, side and view, and split anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from mambo_engine.data.published.table import ACR, Record, cells, read_table
from mambo_engine.errors import DataError

CASE = re.compile(r"(?:Mass|Calc)-(?:Training|Test)_(P_\d+)_(LEFT|RIGHT)_(CC|MLO)")
Film = tuple[str, str, str]


def records(root: Path) -> Iterator[Record]:
    """Yield one record a film, with the labels that all its rows agree on."""
    tables = sorted(root.rglob("*_case_description_*_set.csv"))
    if not tables:
        raise DataError(f"{root}: got no *_case_description_*_set.csv; is this the folder of the data set?")
    films: dict[Film, list[dict[str, str]]] = {}
    for row in (row for table in tables for row in read_table(table)):
        found = CASE.match(cells(row, "image file path")[0])
        if found:
            films.setdefault((found[1], found[2], found[3]), []).append(row)
    files = _files(root)
    for film, rows in films.items():
        patient, _side, view = film
        yield Record(
            file=files.get(film, root / rows[0]["image file path"]),
            patient=patient,
            labels={
                "birads": _agreed({row["assessment"] for row in rows} - {"0"}),
                "density": ACR.get(_agreed({_density(row) for row in rows}), ""),
                "view": view,
                "pathology": "malignant" if any(row["pathology"] == "MALIGNANT" for row in rows) else "benign",
            },
            facts=rows[0],
        )


def _files(root: Path) -> dict[Film, Path]:
    files: dict[Film, Path] = {}
    for path in sorted(root.rglob("*.dcm")):
        cases = [found for part in path.parts if (found := CASE.fullmatch(part))]
        if cases:
            files.setdefault((cases[-1][1], cases[-1][2], cases[-1][3]), path)
    return files


def _density(row: dict[str, str]) -> str:
    return row.get("breast_density") or row.get("breast density") or ""


def _agreed(values: set[str]) -> str:
    return values.pop() if len(values) == 1 else ""
