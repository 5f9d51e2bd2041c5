"""How well a small classifier tells two classes apart, and how likely chance alone does as well."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

FOLDS = 5
LEAST = 5  # cases of the smaller class below which no figure is given
RIDGE = 0.1  # penalty per case, on standardized columns
Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Separation:
    """A cross-validated classifier's figures.

    Args:
        auc: area under the ROC curve of held-out scores, 0 to 1; .5 is chance.
        p: share of label permutations that do at least as well, at least 1 / (permutations + 1).
        n: cases.
    """

    auc: float
    p: float
    n: int


def separation(
    features: Matrix, synthetic: NDArray[np.bool_], *, seed: int, permutations: int = 999
) -> Separation:
    """Return how well the features tell the classes apart.

    A ridge classifier on each column, its square and its ranks, five-fold; folds don't look at the labels, so
    that permuted labels go exactly the same way. Its scores are linear in the labels, so that all permutations
    are one matrix product.

    Source: Ojala & Garriga, Permutation tests for studying classifier performance, JMLR 11 (2010), test 1.

    Args:
        features: (cases, columns), finite or NaN (missing: the column's mean).
        synthetic: (cases,), the labels.
        seed: of folds and permutations.
        permutations: how many.

    Raises:
        ValueError: for fewer than 5 cases of a class, or shapes that don't fit.
    """
    n = synthetic.size
    if features.shape[0] != n:
        raise ValueError(f"expected features of {n} cases, got {features.shape[0]}")
    if min(int(synthetic.sum()), int(n - synthetic.sum())) < LEAST:
        raise ValueError(f"expected at least {LEAST} cases of each class")
    columns = _expanded(features)
    if columns.shape[1] == 0:
        return Separation(0.5, 1.0, n)
    random = np.random.default_rng(seed)
    signs = np.where(synthetic, 1.0, -1.0)
    labels = np.column_stack([signs, *(random.permutation(signs) for _ in range(permutations))])
    scores = _held_out(columns, labels, random.permutation(n) % FOLDS)
    areas = _areas(scores, labels > 0)
    as_good = int((areas[1:] >= areas[0] - 1e-12).sum())
    return Separation(float(areas[0]), (1 + as_good) / (permutations + 1), n)


def _expanded(features: Matrix) -> Matrix:
    """Return the columns that vary, standardized, with squares and ranks."""
    mean = np.nanmean(np.where(np.isfinite(features), features, np.nan), axis=0, keepdims=True)
    filled = np.where(np.isfinite(features), features, mean)
    varying = filled[:, filled.max(axis=0) > filled.min(axis=0)]
    if varying.shape[1] == 0:
        return varying
    standard = _standardized(varying)
    grown = np.hstack([standard, standard**2, rankdata(varying, axis=0)])
    grown = grown[:, grown.std(axis=0) > 1e-9]
    return _standardized(grown)


def _standardized(columns: Matrix) -> Matrix:
    spread = columns.std(axis=0)
    return np.asarray((columns - columns.mean(axis=0)) / np.where(spread > 0, spread, 1.0), dtype=np.float64)


def _held_out(columns: Matrix, labels: Matrix, fold: NDArray[np.intp]) -> Matrix:
    scores = np.empty_like(labels)
    for number in range(FOLDS):
        test = fold == number
        inside = columns[~test]
        gram = inside.T @ inside + RIDGE * inside.shape[0] * np.eye(columns.shape[1])
        centered = labels[~test] - labels[~test].mean(axis=0)
        scores[test] = columns[test] @ np.linalg.solve(gram, inside.T @ centered)
    return scores


def _areas(scores: Matrix, positive: NDArray[np.bool_]) -> Matrix:
    """Return the AUC of each column by the rank formula; ties count half."""
    ranks = rankdata(scores, axis=0)
    n_positive = positive.sum(axis=0)
    n_negative = positive.shape[0] - n_positive
    above = (ranks * positive).sum(axis=0) - n_positive * (n_positive + 1) / 2
    return np.asarray(above / (n_positive * n_negative), dtype=np.float64)
