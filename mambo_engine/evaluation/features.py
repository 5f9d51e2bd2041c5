"""Features of pictures with the name of what took them, so that two extractors never meet unseen.

The built-in extractor, texture-16, was not trained on anything: it works out of the box, and its Fréchet distances
are not comparable with FID.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mambo_engine.errors import ConfigError, DataError
from mambo_engine.evaluation.texture import FIGURES, OCTAVES, TISSUE, breast_crops, fullest_crop, texture_figures

Pictures = Sequence[NDArray[np.floating]]
"""Pictures (rows, columns) on the linear scale [0, 1]."""

TEXTURE = "texture-16"


@dataclass(frozen=True)
class Features:
    """Rows of features.

    Attributes:
        values: (n, d), finite.
        extractor: name of what took them.
        digest: SHA-256 of its file or, where it has none, of its settings.
        pictures: (n,) number of the picture that each row was taken of; one row a picture where not given.
        scale: digest of the scale that the values were brought to; empty as they were taken.
    """

    values: NDArray[np.float64]
    extractor: str
    digest: str
    pictures: NDArray[np.intp] = field(default_factory=lambda: np.empty(0, dtype=np.intp))
    scale: str = ""

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            DataError: another shape, none, or values that are not finite.
        """
        if self.values.ndim != 2 or not self.values.size:
            raise DataError(f"{self.extractor}: got features of shape {self.values.shape}, expected (n, d)")
        if not np.isfinite(self.values).all():
            raise DataError(f"{self.extractor}: got features that are not finite")
        if not len(self.pictures):
            object.__setattr__(self, "pictures", np.arange(len(self.values)))
        if len(self.pictures) != len(self.values):
            raise DataError(f"{self.extractor}: got {len(self.pictures)} numbers of {len(self.values)} rows")

    @property
    def count(self) -> int:
        """Pictures that the rows were taken of."""
        return len(np.unique(self.pictures))

    def take(self, pictures: Sequence[int] | NDArray[np.integer]) -> Features:
        """All rows of these pictures, renumbered from 0 as given; a picture may come again."""
        rows = [np.flatnonzero(self.pictures == number) for number in pictures]
        numbers = np.repeat(np.arange(len(rows)), [len(found) for found in rows])
        return replace(self, values=self.values[np.concatenate(rows)], pictures=numbers)

    def averaged(self) -> Features:
        """One row a picture, the mean of its rows, in the order of the pictures' numbers."""
        _, at, counts = np.unique(self.pictures, return_inverse=True, return_counts=True)
        sums = np.zeros((len(counts), self.values.shape[1]))
        np.add.at(sums, at, self.values)
        return replace(self, values=sums / counts[:, None], pictures=np.arange(len(counts)))


class Extractor(Protocol):
    """Takes features of pictures."""

    @property
    def name(self) -> str:
        """Name for reports, with the settings that change the values."""
        ...

    @property
    def digest(self) -> str:
        """SHA-256 of the file or of the settings."""
        ...

    @property
    def comparable(self) -> str:
        """What the numbers may be compared with, for the report."""
        ...

    @property
    def needs_scale(self) -> bool:
        """Whether the columns have different units, so that `standardized` belongs before any distance."""
        ...

    def __call__(self, pictures: Pictures) -> Features:
        """Take features; one or several rows a picture."""
        ...


@dataclass(frozen=True)
class TextureExtractor:
    """The built-in one: sixteen figures of each crop of tissue.

    Attributes:
        side: of a crop, px.
        stride: from crop to crop, px.
    """

    side: int = 64
    stride: int = 32
    name: str = field(default=TEXTURE, init=False)
    comparable: str = field(
        default="only with figures of this report: texture-16 is not a trained network, and this is not FID",
        init=False,
    )
    needs_scale: bool = field(default=True, init=False)

    @property
    def digest(self) -> str:
        """SHA-256 of the settings."""
        told = repr((TEXTURE, 1, FIGURES, OCTAVES, TISSUE, self.side, self.stride))
        return hashlib.sha256(told.encode()).hexdigest()

    def __call__(self, pictures: Pictures) -> Features:
        """Take 16 figures of each crop without air; of the fullest crop where a picture has no such crop.

        Raises:
            DataError: there is no picture, or one is smaller than a crop.
        """
        if not len(pictures):
            raise DataError(f"{self.name}: got no picture, expected at least one")
        crops = [self._crops(picture) for picture in pictures]
        numbers = np.repeat(np.arange(len(crops)), [len(found) for found in crops])
        return Features(texture_figures(np.concatenate(crops)), self.name, self.digest, numbers)

    def _crops(self, picture: NDArray[np.floating]) -> NDArray[np.float32]:
        try:
            return breast_crops([picture], self.side, self.stride)
        except DataError:
            return fullest_crop(picture, self.side, self.stride)


def matched(first: Features, *others: Features) -> tuple[NDArray[np.float64], ...]:
    """The values of all, where one extractor took them.

    Raises:
        ConfigError: two extractors, two files of one name, or two scales.
    """
    for other in others:
        if (first.extractor, first.digest) != (other.extractor, other.digest):
            raise ConfigError(
                f"features: got {first.extractor} ({first.digest[:12]}) and {other.extractor} "
                f"({other.digest[:12]}), expected one extractor"
            )
        if first.scale != other.scale:
            raise ConfigError(f"features: got {first.extractor} on two scales, expected one")
    return tuple(features.values for features in (first, *others))


def standardized(*sets: Features, by: Features) -> tuple[Features, ...]:
    """Each set on the scale on which `by` has mean 0 and deviation 1, column by column.

    Raises:
        ConfigError: other extractors or scales than that of `by`.
    """
    matched(by, *sets)
    mean, deviation = by.values.mean(axis=0), by.values.std(axis=0) + 1e-9
    scale = hashlib.sha256(np.stack([mean, deviation]).tobytes()).hexdigest()
    return tuple(replace(one, values=(one.values - mean) / deviation, scale=scale) for one in sets)
