"""Controllability: is the label that was asked for the label that is read off the picture?

Reading is done by the label network, which errs too. The share read right on real (or phantom) pictures with known
labels therefore stands beside that of generated ones; guessing gives the share under `chance`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mambo_engine.errors import ConfigError, DataError
from mambo_engine.evaluation.bootstrap import Interval, bootstrap, bootstrap_mean

Labels = Sequence[Mapping[str, str]]
ORDERED = ("birads", "density")
"""Fields whose values have an order, so that a near miss counts less than a far one."""


@dataclass(frozen=True)
class FieldAgreement:
    """Labels asked against labels read, of one field.

    Attributes:
        name: of the field.
        values: of the field.
        counts: (asked, read) pictures.
        accuracy: share read as asked.
        kappa: agreement beyond chance, -1..1; weighted linearly where the values have an order. 0 for a model that
            does not heed the label, whatever the shares of the values are.
        chance: share that would be read as asked if the two had nothing to do with each other.
    """

    name: str
    values: tuple[str, ...]
    counts: NDArray[np.int64]
    accuracy: Interval
    kappa: Interval
    chance: float


def controllability(
    asked: Labels,
    read: Mapping[str, NDArray[np.floating]],
    fields: Mapping[str, tuple[str, ...]],
    *,
    seed: int = 0,
    repeats: int = 1000,
) -> tuple[FieldAgreement, ...]:
    """Compare labels asked for, or known, with labels read.

    Args:
        asked: of each of n pictures; a field that is left out or empty is not counted for that picture.
        read: probabilities (n, values) by field.
        fields: values of each field that is read, in order.
        seed: of the resampling.
        repeats: resampled sets an interval.

    Returns:
        One a field that at least two pictures have a label of.

    Raises:
        ConfigError: a label that the reading does not know.
        DataError: another number of pictures.
    """
    found = []
    for name, values in fields.items():
        if name not in read:
            continue
        if read[name].shape != (len(asked), len(values)):
            raise DataError(f"{name}: got answers {read[name].shape}, expected {(len(asked), len(values))}")
        known = [number for number, labels in enumerate(asked) if labels.get(name)]
        if len(known) < 2:
            continue
        wanted = np.array([_index(name, asked[number][name], values) for number in known])
        answers = read[name][known].argmax(axis=1)
        found.append(_agreement(name, values, wanted, answers, seed=seed, repeats=repeats))
    return tuple(found)


def _index(name: str, value: str, values: tuple[str, ...]) -> int:
    if value not in values:
        raise ConfigError(f"{name}: got {value!r}, expected one of {', '.join(values)}")
    return values.index(value)


def _agreement(
    name: str,
    values: tuple[str, ...],
    asked: NDArray[np.intp],
    read: NDArray[np.intp],
    *,
    seed: int,
    repeats: int,
) -> FieldAgreement:
    size, ordered = len(values), name in ORDERED
    counts = _counts(asked, read, size)
    kappa = bootstrap(
        lambda chosen: weighted_kappa(_counts(asked[chosen], read[chosen], size), ordered=ordered),
        len(asked),
        seed=seed,
        repeats=repeats,
    )
    margins = counts.sum(axis=1) * counts.sum(axis=0)
    return FieldAgreement(
        name,
        values,
        counts,
        accuracy=bootstrap_mean(asked == read, seed=seed, repeats=repeats),
        kappa=kappa,
        chance=float(margins.sum() / counts.sum() ** 2),
    )


def _counts(asked: NDArray[np.intp], read: NDArray[np.intp], size: int) -> NDArray[np.int64]:
    return np.bincount(asked * size + read, minlength=size * size).reshape(size, size)


def weighted_kappa(counts: NDArray[np.integer], *, ordered: bool) -> float:
    """Cohen's kappa of a square table, with weights that rise linearly with distance where values are ordered.

    0 where all pictures lie in one row and column: there is nothing to agree on.

    Source: Cohen, Psychol Bull 70 (1968) 213.
    """
    size, total = len(counts), counts.sum()
    at = np.arange(size)
    gap = np.abs(at[:, None] - at[None, :])
    weights = gap if ordered else (gap > 0).astype(int)
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / total
    disagreement = float((weights * expected).sum())
    return 1.0 - float((weights * counts).sum()) / disagreement if disagreement else 0.0
