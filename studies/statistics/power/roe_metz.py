"""The Roe-Metz model: readers and cases drawn at random, with known AUCs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from studies.statistics.errors import StatisticsError
from studies.statistics.mrmc.readings import Readings

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Variances:
    """Variances of reader, case and reader-by-case effects, each 0 or more."""

    reader: float
    case: float
    reader_case: float

    def __post_init__(self) -> None:
        if min(self.reader, self.case, self.reader_case) < 0:
            raise StatisticsError(f"got variances {self}, expected 0 or more")

    @property
    def total(self) -> float:
        """Their sum."""
        return self.reader + self.case + self.reader_case


@dataclass(frozen=True)
class RoeMetz:
    """Score = mean(modality, class) + effects alike in all modalities + effects of each modality.

    All effects are normal, drawn apart for the two classes with the same variances; negatives have mean 0. The
    noise of a reading is part of the modality's reader-by-case effect.

    Source: Roe and Metz, Acad. Radiol. 4 (1997) 298; iMRMC's settings use the same parts.

    Attributes:
        means: modality to the mean of its positives.
        shared: variances of effects alike in all modalities; `modality`: of those of each modality.
    """

    means: Mapping[str, float]
    shared: Variances
    modality: Variances

    def __post_init__(self) -> None:
        if not self.means:
            raise StatisticsError("means: got no modality, expected at least one")
        if self.shared.total + self.modality.total <= 0:
            raise StatisticsError("got variances that are all 0, expected one above 0")

    @property
    def auc(self) -> dict[str, float]:
        """The AUC over all readers and cases: Phi(mean / sqrt(2 (sum of all variances)))."""
        spread = math.sqrt(2 * (self.shared.total + self.modality.total))
        return {name: NormalDist().cdf(mean / spread) for name, mean in self.means.items()}

    @classmethod
    def from_config(cls, row: Mapping[str, float | str]) -> RoeMetz:
        """Return the model of a row of iMRMC's table of settings (columns mu.Apos, var_r.neg, var_r.Aneg, ...).

        Raises:
            StatisticsError: when the variances differ by class or modality, or negatives have another mean.
        """

        def value(name: str) -> float:
            return float(row[name])

        def variances(prefixes: Sequence[str]) -> Variances:
            found = {tuple(value(f"var_{part}.{prefix}") for part in ("r", "c", "rc")) for prefix in prefixes}
            if len(found) > 1:
                raise StatisticsError(f"got variances {sorted(found)} for {', '.join(prefixes)}, expected one set")
            return Variances(*found.pop())

        if any(value(f"mu.{prefix}") for prefix in ("neg", "pos", "Aneg", "Bneg")):
            raise StatisticsError("got a mean of negatives other than 0, expected 0")
        means = {str(row["modalityID.A"]): value("mu.Apos"), str(row["modalityID.B"]): value("mu.Bpos")}
        return cls(means, variances(["neg", "pos"]), variances(["Aneg", "Apos", "Bneg", "Bpos"]))


def simulated_readings(
    model: RoeMetz,
    readers: int,
    negatives: int,
    positives: int,
    *,
    rng: np.random.Generator,
    cuts: Sequence[float] = (),
) -> Readings:
    """Return one simulated study, fully crossed.

    Args:
        model: means and variances.
        readers: number of readers, at least 1; `negatives`, `positives`: numbers of cases, at least 1.
        negatives: see above.
        positives: see above.
        rng: the generator.
        cuts: rising scores at which ratings 1, 2, ... change; without any the scores are the ratings.

    Raises:
        StatisticsError: for a number below 1.
    """
    if min(readers, negatives, positives) < 1:
        raise StatisticsError(
            f"got {readers} readers, {negatives} and {positives} cases, expected at least 1 of each"
        )
    names = sorted(model.means)
    scores = [
        _scores(model, len(names), readers, cases, rng) + np.array(means)[:, None, None]
        for cases, means in (
            (negatives, [0.0] * len(names)),
            (positives, [model.means[name] for name in names]),
        )
    ]
    low, high = (np.searchsorted(cuts, part) + 1.0 if len(cuts) else part for part in scores)
    return Readings(
        tuple(f"reader{number + 1:03d}" for number in range(readers)),
        tuple(names),
        tuple(f"neg{number + 1:05d}" for number in range(negatives)),
        tuple(f"pos{number + 1:05d}" for number in range(positives)),
        low.reshape(-1, negatives),
        high.reshape(-1, positives),
    )


def simulated_frame(
    model: RoeMetz,
    readers: int,
    negatives: int,
    positives: int,
    *,
    rng: np.random.Generator,
    cuts: Sequence[float] = (),
) -> pd.DataFrame:
    """Return `simulated_readings` as a frame: `reader`, `case`, `modality`, `truth`, `rating`."""
    readings = simulated_readings(model, readers, negatives, positives, rng=rng, cuts=cuts)
    parts = []
    for truth, cases, ratings in (
        (False, readings.negatives, readings.negative_ratings),
        (True, readings.positives, readings.positive_ratings),
    ):
        cells, count = ratings.shape
        parts.append(
            pd.DataFrame(
                {
                    "reader": np.repeat(np.array(readings.readers)[readings.reader_of], count),
                    "case": np.tile(np.array(cases), cells),
                    "modality": np.repeat(np.array(readings.modalities)[readings.modality_of], count),
                    "truth": truth,
                    "rating": ratings.ravel(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _scores(model: RoeMetz, modalities: int, readers: int, cases: int, rng: np.random.Generator) -> Floats:
    """Return (I, J, n) sums of effects of one class."""
    total = np.zeros((modalities, readers, cases))
    for variances, count in ((model.shared, 1), (model.modality, modalities)):
        for variance, shape in (
            (variances.reader, (count, readers, 1)),
            (variances.case, (count, 1, cases)),
            (variances.reader_case, (count, readers, cases)),
        ):
            total += math.sqrt(variance) * rng.standard_normal(shape)
    return total
