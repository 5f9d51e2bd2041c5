"""Labels asked for and labels read, of generated pictures beside real ones whose labels are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from mambo_engine.evaluation.controllability import FieldAgreement, controllability
from mambo_engine.evaluation.features import Pictures
from mambo_engine.evaluation.pictures import PictureSet


class Reader(Protocol):
    """Reads labels off pictures."""

    @property
    def fields(self) -> Mapping[str, tuple[str, ...]]:
        """Fields that it reads, and their values."""
        ...

    def read(self, pictures: Pictures) -> dict[str, NDArray[np.float64]]:
        """Probabilities (n, values) of each field."""
        ...


@dataclass(frozen=True)
class FieldRead:
    """One field.

    Attributes:
        generated: labels asked for against labels read.
        real: labels known against labels read; none where they are not known.
    """

    generated: FieldAgreement
    real: FieldAgreement | None

    def to_mapping(self) -> dict[str, Any]:
        """Plain values."""
        found = {"values": list(self.generated.values), "generated": _plain(self.generated)}
        return found if self.real is None else {**found, "real": _plain(self.real)}


def labels_read(
    reader: Reader, generated: PictureSet, real: PictureSet, *, seed: int = 0
) -> tuple[FieldRead, ...]:
    """Read the labels of both sets.

    Args:
        reader: which was not trained on these real pictures.
        generated: with the labels that were asked for.
        real: with the labels that are known; may have none.
        seed: of the intervals.

    Returns:
        One a field that the reader reads and at least two generated pictures were asked for.
    """
    ours, theirs = (_agreements(reader, one, seed) for one in (generated, real))
    return tuple(FieldRead(found, theirs.get(name)) for name, found in ours.items())


def _agreements(reader: Reader, pictures: PictureSet, seed: int) -> dict[str, FieldAgreement]:
    if not pictures.labels:
        return {}
    # Values that the reader does not know, such as two categories at once, are no labels for it.
    known = [
        {name: value for name, value in labels.items() if value in reader.fields.get(name, ())}
        for labels in pictures.labels
    ]
    found = controllability(known, reader.read(list(pictures.images)), reader.fields, seed=seed)
    return {one.name: one for one in found}


def _plain(one: FieldAgreement) -> dict[str, Any]:
    ends = {
        name: {"value": interval.estimate, "low": interval.low, "high": interval.high}
        for name, interval in (("accuracy", one.accuracy), ("kappa", one.kappa))
    }
    return {**ends, "chance": one.chance, "counts": one.counts.tolist()}
