"""What the makers of manifests share: records, tables of a data set, patient-wise splits."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from mambo_engine.errors import DataError

VIEWS = ("CC", "MLO")
ACR = {"1": "A", "2": "B", "3": "C", "4": "D"}
"""Density categories of the 4th edition, as numbers, and of the 5th, as letters."""


@dataclass(frozen=True)
class Record:
    """One image of a published data set.

    Attributes:
        file: where it lies.
        patient: who it shows.
        labels: in our words; an unknown one is empty.
        facts: the row of the data set's own table, to choose images by.
        split: the data set's own split where it is patient-wise, otherwise empty.
    """

    file: Path
    patient: str
    labels: Mapping[str, str]
    facts: Mapping[str, str] = field(default_factory=dict)
    split: str = ""


def read_table(path: Path, *, delimiter: str = ",") -> list[dict[str, str]]:
    """Read a data set's own table; cells are stripped.

    Raises:
        DataError: it is missing, no text, or empty.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
            rows = list(csv.DictReader(file, delimiter=delimiter, restval=""))
    except (OSError, csv.Error) as error:
        raise DataError(f"{path}: {error}; is this the folder of the data set?") from error
    if not rows:
        raise DataError(f"{path}: got no rows, expected one an image")
    return [{(key or "").strip(): str(value or "").strip() for key, value in row.items()} for row in rows]


def cells(row: Mapping[str, str], *columns: str) -> tuple[str, ...]:
    """Return the named cells of a row.

    Raises:
        DataError: a column is missing.
    """
    missing = [name for name in columns if name not in row]
    if missing:
        raise DataError(f"expected columns {', '.join(missing)}, got {', '.join(row)}")
    return tuple(row[name] for name in columns)


def _as_counted(name: str) -> tuple[tuple[int, str], ...]:
    """Sorts P2 before P10."""
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name))


def patient_splits(patients: Iterable[str], *, seed: int, val: float, test: float) -> dict[str, str]:
    """Deal patients to train, val and test at random; the same seed and patients give the same split.

    Args:
        patients: names; how often one occurs does not count.
        seed: of the shuffle.
        val: share of patients held out while training.
        test: share of patients kept for the end.
    """
    names = sorted(set(patients), key=_as_counted)
    order = np.random.default_rng(seed).permutation(len(names))
    held, kept = round(val * len(names)), round(test * len(names))
    parts = ["val"] * held + ["test"] * kept + ["train"] * (len(names) - held - kept)
    return {names[int(index)]: part for index, part in zip(order, parts, strict=True)}
