"""Each reader's ROC curve of a frame, with a word where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from studies.statistics.checks import booleans, numbers, require_columns, require_present
from studies.statistics.roc.delong import AucEstimate, delong
from studies.statistics.roc.empirical import RocCurve, roc_curve


@dataclass(frozen=True)
class ReaderRoc:
    """One reader in one modality: curve and area; both None where a class was not rated, with a note."""

    reader: str
    modality: str | None
    curve: RocCurve | None
    auc: AucEstimate | None
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name."""
        return {
            "reader": self.reader,
            "modality": self.modality,
            "curve": self.curve.to_dict() if self.curve else None,
            "auc": self.auc.to_dict() if self.auc else None,
            "note": self.note,
        }


def reader_rocs(frame: pd.DataFrame, *, confidence: float = 0.95) -> tuple[ReaderRoc, ...]:
    """Return the curves, sorted by modality and reader.

    Args:
        frame: one row per reading: `reader`, `truth` (bool), `rating` (number or blank), and where there are
            several `modality`.
        confidence: of DeLong's intervals, in (0, 1).

    Raises:
        StatisticsError: for a missing column, a blank name or truth, or a rating that is no number.
    """
    require_columns(frame, ("reader", "truth", "rating"))
    keys = ["modality", "reader"] if "modality" in frame else ["reader"]
    for key in keys:
        require_present(frame, key)
    table = frame[keys].assign(truth=booleans(frame, "truth"), rating=numbers(frame, "rating"))
    found = []
    for names, rows in table.groupby(keys, sort=True):
        *modality, reader = map(str, names)
        rated = rows[rows["rating"].notna()]
        name = modality[0] if modality else None
        if rated["truth"].nunique() < 2:
            found.append(ReaderRoc(reader, name, None, None, "no curve: ratings of one class only"))
            continue
        truth, rating = rated["truth"].to_numpy(bool), rated["rating"].to_numpy(float)
        found.append(
            ReaderRoc(reader, name, roc_curve(truth, rating), delong(truth, rating, confidence=confidence))
        )
    return tuple(found)
