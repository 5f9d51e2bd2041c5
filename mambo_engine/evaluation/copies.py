"""The memorization screen run on whole picture sets; training pictures pass by in portions, so any number fits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import betabinom

from mambo_engine.errors import DataError
from mambo_engine.evaluation.features import Extractor, Features
from mambo_engine.evaluation.memorization import Screen, Set, SpaceScreen, screen
from mambo_engine.evaluation.pictures import Images, PictureSet

KEPT = 3
"""Training neighbors kept of each generated picture."""

LEVEL = 0.01
"""Chance of a false alarm."""


@dataclass(frozen=True)
class Copies:
    """The memorization screen with what is needed to show it.

    Attributes:
        screen: its result.
        names: of the training pictures.
        training: reads a training picture (N, N) by number.
    """

    screen: Screen
    names: Sequence[str]
    training: Callable[[int], Images]

    @property
    def decides(self) -> bool:
        """Whether there are enough pictures: would copies be told from chance if every picture were flagged?"""
        return min(_least_p(space) for space in (self.screen.pixels, self.screen.features)) < LEVEL / 2

    @property
    def verdict(self) -> str:
        """One sentence or two."""
        if not self.decides:
            return "Too few generated or held-out pictures to tell copies from chance: look at the pairs."
        if self.screen.copies(LEVEL):
            return "More pictures lie near a training picture than chance explains: look at the pairs."
        return "No more pictures lie near a training picture than chance explains. This is no proof."


def _least_p(space: SpaceScreen) -> float:
    """P value if all generated pictures were flagged."""
    count = len(space.flagged)
    chance = betabinom(count, space.rank, len(space.held_out) + 1 - space.rank)
    return float(chance.sf(count - 1))


def screened(
    extractor: Extractor,
    generated: PictureSet,
    held_out: PictureSet,
    *,
    portions: Iterable[list[Images]],
    names: Sequence[str],
    training: Callable[[int], Images],
) -> Copies:
    """Screen generated pictures for copies.

    Args:
        extractor: of features.
        generated: pictures to screen.
        held_out: real pictures of other patients than those trained on.
        portions: all training pictures, a few at a time.
        names: of the training pictures.
        training: reads one of them by number.

    Raises:
        DataError: a picture cannot be read or compared.
    """
    ours, others = (_ready(extractor, list(one.images)) for one in (generated, held_out))
    found = joined([_ready(extractor, portion) for portion in portions])
    return Copies(screen(ours, found, others, count=min(KEPT, len(names))), names, training)


def joined(portions: Sequence[Set]) -> Set:
    """Portions with one row of features a picture as one set.

    Raises:
        DataError: there are none.
    """
    if not portions:
        raise DataError("training pictures: got none, expected at least one")
    first = portions[0].features
    values: NDArray[np.float64] = np.concatenate([one.features.values for one in portions])
    features = Features(values, first.extractor, first.digest)
    return Set(np.concatenate([one.small for one in portions]), features)


def _ready(extractor: Extractor, images: list[Images]) -> Set:
    return Set.of(images, extractor(images).averaged())
