"""Figures of generated pictures, each with an interval and beside what real pictures reach themselves.

A distance between sets depends on how many pictures they hold. The bound, real against real, has half of the real
pictures on each side; the same distance of generated pictures is therefore taken at that number too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from mambo_engine.evaluation.bootstrap import Interval, bootstrap
from mambo_engine.evaluation.frechet import frechet_distance
from mambo_engine.evaluation.generative import NEIGHBORS, generative_figures
from mambo_engine.evaluation.pictures import Choice, Measured, halves
from mambo_engine.evaluation.power_spectrum import spectrum_distance

SPLITS = 10
"""Random halves that the bound is averaged over."""

LEVEL = 0.95

Distance = Callable[[Measured, Choice, Measured, Choice], float]
Sets = tuple[Measured, Measured]
"""Generated and real."""

Equal = Sequence[tuple[Choice, Choice, Choice]]
"""Generated pictures and two halves of the real ones, all of the same number."""


@dataclass(frozen=True)
class Figure:
    """One figure of generated pictures beside that of real ones.

    Attributes:
        key: short name.
        title: for people.
        generated: with its interval: of the generated pictures, or of them against the real ones.
        real: of the real pictures themselves, or of real against real by halves.
        real_interval: of `real`, where it is one set's own figure.
        equal: as `generated` with as many pictures as `real`, mean over the halves; none for a set's own figure.
        pictures: generated, real and, where halves are compared, pictures in each.
    """

    key: str
    title: str
    generated: Interval
    real: float
    real_interval: Interval | None = None
    equal: float | None = None
    pictures: tuple[int, ...] = ()


def equal_halves(patients: Sequence[str], generated: int, seed: int) -> Equal:
    """Halves of the real pictures, and generated ones, all of the same number, several times."""
    splits = [halves(patients, seed + split) for split in range(SPLITS)]
    count = min(generated, *(len(half) for pair in splits for half in pair))
    generator = np.random.default_rng(seed)
    return [(generator.permutation(generated)[:count], a[:count], b[:count]) for a, b in splits]


def frechet(a: Measured, chosen_a: Choice, b: Measured, chosen_b: Choice) -> float:
    """Fréchet distance of the rows of two choices of pictures."""
    return frechet_distance(a.features.take(chosen_a).values, b.features.take(chosen_b).values)


def spectrum(a: Measured, chosen_a: Choice, b: Measured, chosen_b: Choice) -> float:
    """Distance of the mean spectra of two choices of pictures."""
    return spectrum_distance(a.spectrum(chosen_a), b.spectrum(chosen_b))


DISTANCES: tuple[tuple[str, str, Distance], ...] = (
    ("frechet", "Fréchet distance", frechet),
    ("spectrum_distance", "power spectrum, RMS of log10", spectrum),
)


def distance_figures(sets: Sets, equal: Equal, seed: int, repeats: int) -> list[Figure]:
    """Distances between the generated and the real pictures."""
    ours, theirs = sets
    counts = len(ours.power), len(theirs.power)
    figures = []
    for key, title, distance in DISTANCES:
        between = partial(_between, distance, sets)
        found = bootstrap(between, *counts, seed=seed, repeats=repeats, unbias=True)
        found = replace(found, low=max(0.0, found.low))  # the correction may pass below the least distance
        bound = float(np.mean([distance(theirs, a, theirs, b) for _, a, b in equal]))
        alike = float(np.mean([distance(ours, g, theirs, half) for g, *both in equal for half in both]))
        figures.append(Figure(key, title, found, bound, equal=alike, pictures=(*counts, len(equal[0][0]))))
    return figures


def _between(distance: Distance, sets: Sets, a: Choice, b: Choice) -> float:
    return distance(sets[0], a, sets[1], b)


NEIGHBORHOOD = (("precision", "precise"), ("recall", "recalled"), ("density", "dense"), ("coverage", "covered"))
"""Figures, and the rows that each is the mean of."""


def neighbor_figures(sets: Sets, equal: Equal, seed: int, repeats: int) -> list[Figure]:
    """Precision, recall, density and coverage by one row a picture, each the mean over all halves.

    They depend on the number of pictures and on which real ones span the balls. The interval therefore holds the
    resampled means of all halves together.

    Returns:
        Nothing where the halves are too small for the neighbors (see `neighbors_missing`).
    """
    if neighbors_missing(equal):
        return []
    ours, theirs = (one.rows for one in sets)
    found = [generative_figures(ours.take(g), theirs.take(half)) for g, *both in equal for half in both]
    bounds = [generative_figures(theirs.take(a), theirs.take(b)) for _, a, b in equal]
    counts = (len(sets[0].power), len(sets[1].power), len(equal[0][0]))
    figures = []
    for key, rows in NEIGHBORHOOD:
        own = _pooled([np.asarray(getattr(one, rows), dtype=np.float64) for one in found], seed, repeats)
        bound = float(np.mean([getattr(one, key) for one in bounds]))
        figures.append(Figure(key, key, own, bound, equal=own.estimate, pictures=counts))
    return figures


def _pooled(samples: Sequence[NDArray[np.float64]], seed: int, repeats: int) -> Interval:
    """Mean of several samples' means, and the interval of all their resampled means together."""
    generator = np.random.default_rng(seed)
    count = len(samples[0])
    means = [one[generator.integers(0, count, (repeats, count))].mean(axis=1) for one in samples]
    low, high = np.quantile(np.concatenate(means), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(np.mean(samples)), float(low), float(high), LEVEL, (count,), repeats * len(samples))


def neighbors_missing(equal: Equal) -> str:
    """Why there are no neighbor figures; empty where there are."""
    half = len(equal[0][0])
    if half > NEIGHBORS:
        return ""
    expected = f"more than {NEIGHBORS} generated, and more than twice as many real ones"
    keys = ", ".join(key for key, _ in NEIGHBORHOOD)
    return f"{keys}: not measured; got {half} pictures a half, expected {expected}"


def own_figures(sets: Sets, grids: Sequence[str], seed: int, repeats: int) -> list[Figure]:
    """Figures that each set has by itself, the real one at the same places."""
    asked: list[tuple[str, str, Callable[..., float]]] = [
        ("slope", "slope of the spectrum, 0.02 to 0.15 c/px", Measured.slope),
        ("nyquist_peak", "Nyquist peak; 1 is no lattice", Measured.peak),
        *((f"seam_{name}", f"seam ratio, stage {name}; 1 is no seam", partial(_seam, name)) for name in grids),
    ]
    figures = []
    for key, title, take in asked:
        ours, theirs = (bootstrap(partial(take, one), len(one.power), seed=seed, repeats=repeats) for one in sets)
        counts = (*ours.counts, *theirs.counts)
        figures.append(Figure(key, title, ours, theirs.estimate, real_interval=theirs, pictures=counts))
    return figures


def _seam(grid: str, one: Measured, chosen: Choice) -> float:
    return one.seam(grid, chosen)
