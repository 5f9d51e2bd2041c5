"""Readings of several readers, as one row of ratings per cell (a reader in a modality) and class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from studies.statistics.checks import (
    booleans,
    numbers,
    require_columns,
    require_one_truth,
    require_present,
    require_unique,
)
from studies.statistics.errors import StatisticsError

Floats = NDArray[np.float64]
COLUMNS = ("reader", "case", "modality", "truth", "rating")


@dataclass(frozen=True, eq=False)
class Readings:
    """Ratings by cell; a missing reading is NaN. Cells run over the readers of the first modality, then the next.

    Attributes:
        readers: J names, sorted.
        modalities: I names, sorted.
        negatives: names of the n0 negative cases; `positives` of the n1 positive ones.
        negative_ratings: (I J, n0); `positive_ratings`: (I J, n1).
        notes: what was left out, in words.
    """

    readers: tuple[str, ...]
    modalities: tuple[str, ...]
    negatives: tuple[str, ...]
    positives: tuple[str, ...]
    negative_ratings: Floats
    positive_ratings: Floats
    notes: tuple[str, ...] = ()

    @property
    def reader_of(self) -> NDArray[np.intp]:
        """(I J,) the reader's number of each cell."""
        return np.tile(np.arange(len(self.readers)), len(self.modalities))

    @property
    def modality_of(self) -> NDArray[np.intp]:
        """(I J,) the modality's number of each cell."""
        return np.repeat(np.arange(len(self.modalities)), len(self.readers))

    @property
    def usable(self) -> NDArray[np.bool_]:
        """(I J,) true where the cell has a reading of both classes."""
        has_negative = ~np.isnan(self.negative_ratings).all(axis=1)
        has_positive = ~np.isnan(self.positive_ratings).all(axis=1)
        return np.asarray(has_negative & has_positive)

    @property
    def complete(self) -> bool:
        """Whether every reader read every case in every modality."""
        return not (np.isnan(self.negative_ratings).any() or np.isnan(self.positive_ratings).any())


def readings_of(frame: pd.DataFrame) -> Readings:
    """Return the readings of a frame, checked.

    A reading with a blank rating counts as missing, with a note; so does, for measures that need both classes, a
    reader who read one class only in a modality.

    Args:
        frame: one row per reading; `reader`, `case`, `modality`, `truth` (bool, true for positive), `rating`
            (a number that rises with suspicion, or a bool). Other columns are not looked at.

    Raises:
        StatisticsError: for a missing column, a blank name or truth, a rating that is no number, two rows of one
            reader, case and modality, a case with two truths, or a class without a case.
    """
    require_columns(frame, COLUMNS)
    table = frame[list(COLUMNS)]
    for column in ("reader", "case", "modality"):
        require_present(table, column)
    truth, rating = booleans(table, "truth"), numbers(table, "rating")
    require_unique(table, ("reader", "case", "modality"))
    require_one_truth(table)
    table = pd.DataFrame(
        {column: table[column].astype(str).to_numpy() for column in ("reader", "case", "modality")}
        | {"truth": truth, "rating": rating}
    )
    blank = int(np.isnan(rating).sum())
    notes = [f"{blank} readings without a rating left out"] if blank else []
    return _arranged(table[~np.isnan(rating)], notes)


def _arranged(table: pd.DataFrame, notes: list[str]) -> Readings:
    for positive, word in ((False, "negative"), (True, "positive")):
        if not (table["truth"] == positive).any():
            raise StatisticsError(
                f"truth: got no {word} case with a rating, expected both classes", column="truth"
            )
    readers, modalities = sorted(table["reader"].unique()), sorted(table["modality"].unique())
    cells = pd.MultiIndex.from_product([modalities, readers])

    def ratings(rows: pd.DataFrame) -> pd.DataFrame:
        wide = rows.pivot(index=["modality", "reader"], columns="case", values="rating")
        return wide.reindex(cells)

    negative, positive = ratings(table[~table["truth"]]), ratings(table[table["truth"]])
    readings = Readings(
        tuple(readers),
        tuple(modalities),
        tuple(negative.columns),
        tuple(positive.columns),
        negative.to_numpy(np.float64),
        positive.to_numpy(np.float64),
    )
    return _noted(readings, notes)


def _noted(readings: Readings, notes: list[str]) -> Readings:
    holes = int(np.isnan(readings.negative_ratings).sum() + np.isnan(readings.positive_ratings).sum())
    if holes:
        notes.append(f"{holes} of {_cells(readings)} reader, case and modality combinations were not read")
    for cell in np.flatnonzero(~readings.usable):
        name = readings.readers[readings.reader_of[cell]]
        modality = readings.modalities[readings.modality_of[cell]]
        notes.append(f"reader {name} did not read both classes in modality {modality}: no AUC there")
    return Readings(
        readings.readers,
        readings.modalities,
        readings.negatives,
        readings.positives,
        readings.negative_ratings,
        readings.positive_ratings,
        tuple(notes),
    )


def _cells(readings: Readings) -> int:
    return readings.negative_ratings.size + readings.positive_ratings.size
