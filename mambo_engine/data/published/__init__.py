"""Manifests of published data sets, as these are laid out on disk. How to obtain them: docs/datasets.md."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mambo_engine.data.manifest import ManifestRow
from mambo_engine.data.published import cbis_ddsm, cesm, inbreast, mias, rsna, vindr
from mambo_engine.data.published.table import Record, patient_splits
from mambo_engine.errors import DataError

MAKERS: dict[str, Callable[[Path], Iterable[Record]]] = {
    "vindr": vindr.records,
    "rsna": rsna.records,
    "inbreast": inbreast.records,
    "cbis-ddsm": cbis_ddsm.records,
    "cesm": cesm.records,
    "mias": mias.records,
}
"""Name of a data set, and what reads its tables."""


@dataclass(frozen=True)
class Made:
    """Rows of a manifest, sorted by path, and how many images of the data set's table have no file here."""

    rows: tuple[ManifestRow, ...]
    absent: int


def make_manifest(
    name: str,
    root: Path,
    *,
    folder: Path,
    seed: int = 0,
    val: float = 0.1,
    test: float = 0.1,
    where: Mapping[str, Collection[str]] | None = None,
) -> Made:
    """Make the rows of a manifest for a published data set.

    Args:
        name: of the data set, one of MAKERS.
        root: the folder that holds it.
        folder: the one that the manifest will lie in; paths are written relative to it.
        seed: of the split by patient.
        val: share of patients held out while training.
        test: share of patients kept for the end, for a set without a split by patient of its own.
        where: columns of the data set's own tables, and the values of which an image must have one there.

    Raises:
        DataError: no such data set, its tables are not there, or no image is left.
    """
    if name not in MAKERS:
        raise DataError(f"data set: got {name!r}, expected one of {', '.join(MAKERS)}")
    every = _chosen(list(MAKERS[name](root)), where or {})
    found = [record for record in every if record.file.is_file()]
    if not found:
        raise DataError(f"{root}: got no image files for {len(every)} rows of the tables of {name}")
    fixed = {record.patient: record.split for record in found if record.split}
    open_patients = {record.patient for record in found} - fixed.keys()
    splits = patient_splits(open_patients, seed=seed, val=val, test=0.0 if fixed else test) | fixed
    rows = sorted((_row(record, splits[record.patient], folder) for record in found), key=lambda row: row.path)
    return Made(tuple(rows), len(every) - len(found))


def _chosen(records: Sequence[Record], wanted: Mapping[str, Collection[str]]) -> list[Record]:
    known = dict.fromkeys(column for record in records for column in record.facts)
    unknown = [column for column in wanted if column not in known]
    if unknown:
        raise DataError(f"where: got column {unknown[0]!r}, expected one of {', '.join(known)}")
    return [
        record
        for record in records
        if all(record.facts.get(column, "") in values for column, values in wanted.items())
    ]


def _row(record: Record, split: str, folder: Path) -> ManifestRow:
    path = Path(os.path.relpath(record.file.resolve(), folder.resolve())).as_posix()
    return ManifestRow(path, record.patient, split, record.labels)
