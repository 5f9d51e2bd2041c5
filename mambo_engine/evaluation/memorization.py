"""Memorization screen: does the model draw its training pictures again?

A drawn picture is flagged where it lies nearer to a training picture than all but a share of held-out real
pictures of other patients do. A model that learned the distribution and copied nothing is flagged as often as
held-out pictures are; the screen says how unlikely as many flags as found are then.

Source: paper sec. 4.5 and fig. 5 (nearest neighbors by similarity), with a calibration that the paper lacks:
similarity alone proves nothing. A flag is a pair to look at, and no flag is no proof that nothing was copied.

Measured on 268 real mammograms, half of them to train on: of 20 altered copies the pixels flag 20, the features of
texture-16 none, which tell textures apart, not breasts; features of a trained network are needed for more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import betabinom

from mambo_engine.errors import ConfigError, DataError
from mambo_engine.evaluation.features import Features, Pictures, standardized
from mambo_engine.evaluation.neighbors import Neighbors, feature_neighbors, pixel_neighbors, thumbnails

RATE = 0.01
"""Share of held-out pictures below the threshold; a low one finds a few copies among many pictures best."""


@dataclass(frozen=True)
class SpaceScreen:
    """The screen by one distance.

    Attributes:
        neighbors: of the generated pictures among the training ones.
        held_out: (m,) distance of each held-out picture to its nearest training picture.
        threshold: distance below which a picture is flagged: the held-out distance of rank `rank`.
        rank: from 1.
        p_value: chance of as many flags or more where generated pictures lie as held-out ones do.
    """

    neighbors: Neighbors
    held_out: NDArray[np.float64]
    threshold: float
    rank: int
    p_value: float

    @property
    def flagged(self) -> NDArray[np.bool_]:
        """(n,) whether a generated picture lies nearer than the threshold."""
        return self.neighbors.nearest < self.threshold

    @property
    def expected(self) -> float:
        """Share of flags to expect where nothing was copied."""
        return self.rank / (len(self.held_out) + 1)


@dataclass(frozen=True)
class Pair:
    """A generated picture and its nearest training picture by pixels.

    Attributes:
        generated: its number.
        training: its number.
        mirrored: whether the training picture is compared mirrored.
        correlation: of the two as thumbnails, -1..1; see `neighbors`.
        by_pixels: whether the pixels flag the generated picture.
        by_features: whether its features do, perhaps by another training picture.
    """

    generated: int
    training: int
    mirrored: bool
    correlation: float
    by_pixels: bool
    by_features: bool


@dataclass(frozen=True)
class Screen:
    """The whole screen.

    Attributes:
        pixels: by correlation of thumbnails.
        features: by distance of features.
        pairs: one a generated picture; flagged by both first, then by pixels, then by features, nearest first.
    """

    pixels: SpaceScreen
    features: SpaceScreen
    pairs: tuple[Pair, ...]

    def copies(self, level: float = 0.01) -> bool:
        """Whether more pictures are flagged than chance explains, at `level` over both spaces together."""
        return min(self.pixels.p_value, self.features.p_value) < level / 2


@dataclass(frozen=True)
class Set:
    """A set of pictures ready for the screen.

    Attributes:
        small: (n, 64, 64) thumbnails.
        features: of the same n pictures.
    """

    small: NDArray[np.float32]
    features: Features

    @classmethod
    def of(cls, pictures: Pictures, features: Features) -> Set:
        """Join pictures on the linear scale and their features.

        Raises:
            DataError: pictures that cannot be shrunk, or features of another number of pictures.
        """
        if features.count != len(pictures):
            raise DataError(f"features: got those of {features.count} pictures, expected {len(pictures)}")
        return cls(thumbnails(pictures), features)


def screen(generated: Set, training: Set, held_out: Set, *, rate: float = RATE, count: int = 3) -> Screen:
    """Screen generated pictures for copies.

    Args:
        generated: to screen; drawn with labels as those of the held-out pictures.
        training: all that the model was trained on.
        held_out: real pictures of other patients, never trained on.
        rate: share of held-out pictures below the threshold; at least the nearest one marks it.
        count: training neighbors to keep of each generated picture.

    Raises:
        ConfigError: two extractors, or a rate beyond 0..0.5.
        DataError: too few training pictures.
    """
    if not 0 < rate <= 0.5:
        raise ConfigError(f"rate: got {rate:g}, expected above 0 and at most 0.5")
    pixels = calibrated(
        pixel_neighbors(generated.small, training.small, count=count),
        pixel_neighbors(held_out.small, training.small, count=1).nearest,
        rate=rate,
    )
    ours, theirs, others = standardized(
        *(one.features.averaged() for one in (generated, training, held_out)), by=training.features.averaged()
    )
    features = calibrated(
        feature_neighbors(ours, theirs, count=count), feature_neighbors(others, theirs, count=1).nearest, rate=rate
    )
    return Screen(pixels, features, _pairs(pixels, features))


def calibrated(neighbors: Neighbors, held_out: NDArray[np.float64], *, rate: float = RATE) -> SpaceScreen:
    """Set the threshold from held-out distances, and count what lies below.

    Where all distances are draws of one distribution, the number of n that lie below the r-th smallest of m others
    is beta-binomial with n, r and m + 1 - r, whatever the distribution.
    """
    rank = max(1, int(rate * (len(held_out) + 1)))
    threshold = float(np.partition(held_out, rank - 1)[rank - 1])
    flags = int((neighbors.nearest < threshold).sum())
    chance = betabinom(len(neighbors.nearest), rank, len(held_out) + 1 - rank)
    return SpaceScreen(neighbors, held_out, threshold, rank, float(chance.sf(flags - 1)))


def _pairs(pixels: SpaceScreen, features: SpaceScreen) -> tuple[Pair, ...]:
    found = pixels.neighbors
    pairs = [
        Pair(
            generated=number,
            training=int(found.numbers[number, 0]),
            mirrored=bool(found.mirrored[number, 0]),
            correlation=1.0 - float(found.nearest[number]),
            by_pixels=bool(pixels.flagged[number]),
            by_features=bool(features.flagged[number]),
        )
        for number in range(len(found.nearest))
    ]
    return tuple(sorted(pairs, key=lambda pair: (-2 * pair.by_pixels - pair.by_features, -pair.correlation)))
