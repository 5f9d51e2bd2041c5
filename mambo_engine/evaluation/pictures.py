"""Sets of pictures, and what is measured of each picture once, so that sets can be resampled cheaply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mambo_engine.cascade.grid import Grid
from mambo_engine.errors import DataError
from mambo_engine.evaluation.features import Features
from mambo_engine.evaluation.power_spectrum import PowerSpectrum, power_spectrum
from mambo_engine.evaluation.seams import seam_ratio
from mambo_engine.evaluation.texture import breast_crops, fullest_crop

Images = NDArray[np.float32]
Choice = NDArray[np.integer]


@dataclass(frozen=True)
class PictureSet:
    """Pictures of one kind.

    Attributes:
        images: (n, N, N) on the linear scale [0, 1], breast on the left.
        names: (n,) of the files, or other names that a reader of the report can find them by.
        patients: (n,) whose pictures they are; empty where nobody knows.
        labels: (n,) known labels, or those asked for; empty where nobody knows.
    """

    images: Images
    names: tuple[str, ...]
    patients: tuple[str, ...] = ()
    labels: tuple[Mapping[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Check that the parts fit together.

        Raises:
            DataError: no pictures, pictures that are not square, values outside 0..1, or another number of names.
        """
        shape, count = self.images.shape, len(self.images)
        if self.images.ndim != 3 or not count or shape[1] != shape[2]:
            raise DataError(f"pictures: got shape {shape}, expected (n, N, N)")
        if not (np.isfinite(self.images).all() and self.images.min() >= 0 and self.images.max() <= 1):
            raise DataError("pictures: got values that are not finite or outside 0..1")
        if len(self.names) != count or any(len(one) not in (0, count) for one in (self.patients, self.labels)):
            got = f"{len(self.names)} names, {len(self.patients)} patients and {len(self.labels)} labels"
            raise DataError(f"pictures: got {got} of {count} pictures, expected as many")

    def __len__(self) -> int:
        return len(self.images)

    @property
    def side(self) -> int:
        """Of each picture, px."""
        return int(self.images.shape[1])


@dataclass(frozen=True)
class Measured:
    """What was measured of each picture of a set; every figure of the set follows from it.

    Attributes:
        features: rows with the number of their picture.
        frequency: (bins,) c/px.
        power: (n, bins) spectrum of each picture.
        peaks: (n,) Nyquist peak of each picture.
        seams: squared differences (n, 2) on and off the seams of each grid.
    """

    features: Features
    frequency: NDArray[np.float64]
    power: NDArray[np.float64]
    peaks: NDArray[np.float64]
    seams: Mapping[str, NDArray[np.float64]]

    @cached_property
    def rows(self) -> Features:
        """One row of features a picture."""
        return self.features.averaged()

    def spectrum(self, chosen: Choice) -> PowerSpectrum:
        """Mean spectrum of these pictures; each weighs the same."""
        peak = float(self.peaks[chosen].mean())
        return PowerSpectrum(self.frequency, self.power[chosen].mean(axis=0), peak)

    def slope(self, chosen: Choice) -> float:
        """Slope of the mean spectrum of these pictures."""
        return self.spectrum(chosen).slope()

    def peak(self, chosen: Choice) -> float:
        """Mean Nyquist peak of these pictures."""
        return float(self.peaks[chosen].mean())

    def seam(self, grid: str, chosen: Choice) -> float:
        """Squared difference on the seams over that beside them; each picture weighs the same.

        Raises:
            DataError: none of these pictures has tissue at a seam.
        """
        on_line, off_line = self.seams[grid][chosen].sum(axis=0)
        if not off_line > 0:
            raise DataError("seams: got no tissue at any line, expected a breast")
        return float(on_line / off_line)


def measure(pictures: PictureSet, features: Features, grids: Mapping[str, Grid]) -> Measured:
    """Measure each picture.

    Args:
        pictures: on the linear scale.
        features: of these pictures, on the scale they are compared on.
        grids: by name, where seams are looked for.
    """
    side = spectrum_side(pictures.side)
    spectra = [power_spectrum(_squares(image, side)) for image in pictures.images]
    seams = {name: np.array([_seams(image, grid) for image in pictures.images]) for name, grid in grids.items()}
    power = np.stack([one.power for one in spectra])
    peaks = np.array([one.nyquist_peak for one in spectra])
    return Measured(features, spectra[0].frequency, power, peaks, seams)


def spectrum_side(side: int) -> int:
    """Side of the squares that spectra are taken of, px: a quarter of the picture, even, 16 to 256."""
    return int(np.clip(side // 4 // 2 * 2, 16, 256))


def _squares(image: Images, side: int) -> Images:
    """Squares of tissue; the fullest one of a picture that has none."""
    try:
        return breast_crops([image], side, side // 2)
    except DataError:
        return fullest_crop(image, side, side // 2)


def _seams(image: Images, grid: Grid) -> tuple[float, float]:
    """A picture without tissue at a seam weighs nothing."""
    try:
        found = seam_ratio(image[None], grid)
    except DataError:
        return 0.0, 0.0
    return found.on_line, found.off_line


def halves(patients: Sequence[str], seed: int) -> tuple[Choice, Choice]:
    """Split pictures at random into two halves; all pictures of one patient come into one of them.

    Args:
        patients: (n,) whose pictures they are.
        seed: of the split.

    Raises:
        DataError: fewer than two patients.
    """
    names = sorted(set(patients))
    if len(names) < 2:
        raise DataError(f"real pictures: got {len(names)} patients, expected at least two")
    order = np.random.default_rng(seed).permutation(len(names))
    sides: tuple[list[int], list[int]] = ([], [])
    places = {name: [i for i, patient in enumerate(patients) if patient == name] for name in names}
    for index in order:
        min(sides, key=len).extend(places[names[int(index)]])
    return np.array(sides[0]), np.array(sides[1])
