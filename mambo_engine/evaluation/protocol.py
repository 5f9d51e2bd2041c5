"""The whole comparison of generated with real pictures.

Source: paper sec. 4.1.2, setting "pipeline": all stages from noise, against real pictures; lower bound: real
against real, by halves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mambo_engine.cascade.grid import Grid
from mambo_engine.errors import DataError
from mambo_engine.evaluation.features import Extractor, standardized
from mambo_engine.evaluation.figures import (
    Figure,
    distance_figures,
    equal_halves,
    neighbor_figures,
    neighbors_missing,
    own_figures,
)
from mambo_engine.evaluation.pictures import Measured, PictureSet, measure
from mambo_engine.evaluation.power_spectrum import PowerSpectrum

LEAST_REAL = 4
LEAST_GENERATED = 2


@dataclass(frozen=True)
class Comparison:
    """All figures of one set of generated pictures.

    Attributes:
        figures: in the order of the report.
        extractor: name of what took the features.
        digest: SHA-256 of it.
        comparable: what its figures may be compared with.
        spectra: of the generated and of the real pictures.
        notes: what could not be measured, and why.
    """

    figures: tuple[Figure, ...]
    extractor: str
    digest: str
    comparable: str
    spectra: tuple[PowerSpectrum, PowerSpectrum]
    notes: tuple[str, ...] = ()


def compare(
    generated: PictureSet,
    real: PictureSet,
    *,
    extractor: Extractor,
    grids: Mapping[str, Grid] | None = None,
    seed: int = 0,
    repeats: int = 200,
) -> Comparison:
    """Compare generated with real pictures.

    Args:
        generated: n pictures, at least 2.
        real: m pictures of the same side, at least 4, of at least two patients.
        extractor: of features.
        grids: by name of the stage, where the seams of the generated pictures lie; none are looked for without.
        seed: of halves and resampling.
        repeats: resampled sets an interval.

    Raises:
        DataError: too few pictures, or of two sides.
    """
    check_counts(len(generated), len(real))
    if generated.side != real.side:
        raise DataError(f"pictures: got sides {generated.side} and {real.side} px, expected the same")
    grids = grids or {}
    sets = _measured(generated, real, extractor, grids)
    patients = real.patients or tuple(map(str, range(len(real))))
    equal = equal_halves(patients, len(generated), seed)
    figures = [
        *distance_figures(sets, equal, seed, repeats),
        *neighbor_figures(sets, equal, seed, repeats),
        *own_figures(sets, tuple(grids), seed, repeats),
    ]
    ours, theirs = (one.spectrum(np.arange(len(one.power))) for one in sets)
    told = (extractor.name, extractor.digest, extractor.comparable)
    notes = tuple(note for note in (neighbors_missing(equal),) if note)
    return Comparison(tuple(figures), *told, spectra=(ours, theirs), notes=notes)


def check_counts(generated: int, real: int) -> None:
    """Check that there is enough to compare.

    Raises:
        DataError: there is not.
    """
    if generated < LEAST_GENERATED or real < LEAST_REAL:
        expected = f"at least {LEAST_GENERATED} and {LEAST_REAL}"
        raise DataError(f"pictures: got {generated} generated and {real} real, expected {expected}")


def _measured(
    generated: PictureSet, real: PictureSet, extractor: Extractor, grids: Mapping[str, Grid]
) -> tuple[Measured, Measured]:
    ours, theirs = (extractor(list(pictures.images)) for pictures in (generated, real))
    if extractor.needs_scale:
        ours, theirs = standardized(ours, theirs, by=theirs)
    return measure(generated, ours, grids), measure(real, theirs, grids)
