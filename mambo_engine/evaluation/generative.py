"""Precision, recall, density and coverage: are drawn pictures like real ones, and are all real ones reached?

A picture's ball reaches to its k-th nearest neighbor in its own set. Precision and recall: Kynkaanniemi et al.,
arXiv 1904.06991, sec. 3. Density and coverage: Naeem et al., arXiv 2002.09797, sec. 3, which one far-off real
picture with a huge ball does not lift.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from mambo_engine.errors import DataError
from mambo_engine.evaluation.features import Features, matched

NEIGHBORS = 5
"""As Naeem et al.; Kynkaanniemi et al. take 3."""


@dataclass(frozen=True)
class GenerativeFigures:
    """The four, each as the mean of one value a row, so that rows can be resampled on fixed balls.

    Attributes:
        precise: (n,) generated rows within a real row's ball.
        recalled: (m,) real rows within a generated row's ball.
        dense: (n,) real balls that a generated row lies in, over k; may exceed 1.
        covered: (m,) real rows with a generated row within their ball.
        neighbors: k.
    """

    precise: NDArray[np.bool_]
    recalled: NDArray[np.bool_]
    dense: NDArray[np.float64]
    covered: NDArray[np.bool_]
    neighbors: int

    @property
    def precision(self) -> float:
        """Share of generated rows that look real, 0..1."""
        return float(self.precise.mean())

    @property
    def recall(self) -> float:
        """Share of real rows that could have been generated, 0..1."""
        return float(self.recalled.mean())

    @property
    def density(self) -> float:
        """How densely real rows lie around generated ones; near 1 where the two sets are alike."""
        return float(self.dense.mean())

    @property
    def coverage(self) -> float:
        """Share of real rows with a generated one beside them, 0..1; 1 - 2^-k or so where the sets are alike."""
        return float(self.covered.mean())


def generative_figures(generated: Features, real: Features, *, neighbors: int = NEIGHBORS) -> GenerativeFigures:
    """Compare two sets. Sets of other sizes have other figures: give as many real as generated rows.

    Args:
        generated: n rows.
        real: m rows.
        neighbors: k, at least 1.

    Raises:
        ConfigError: two extractors.
        DataError: not more rows than `neighbors` in a set.
    """
    ours, theirs = matched(generated, real)
    if neighbors < 1 or min(len(ours), len(theirs)) <= neighbors:
        raise DataError(
            f"features: got {len(ours)} generated and {len(theirs)} real rows, "
            f"expected more than {neighbors} neighbors of each, and at least one neighbor"
        )
    between = cdist(ours, theirs)
    within_real = between <= _reach(theirs, neighbors)[None, :]
    within_generated = between <= _reach(ours, neighbors)[:, None]
    return GenerativeFigures(
        precise=within_real.any(axis=1),
        recalled=within_generated.any(axis=0),
        dense=within_real.sum(axis=1) / neighbors,
        covered=within_real.any(axis=0),
        neighbors=neighbors,
    )


def _reach(values: NDArray[np.float64], neighbors: int) -> NDArray[np.float64]:
    """Distance from each row to its k-th neighbor; the row itself is the zeroth."""
    return np.asarray(np.partition(cdist(values, values), neighbors, axis=1)[:, neighbors])
