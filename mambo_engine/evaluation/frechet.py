"""Fréchet distance between two sets of features, whatever extractor they come from.

Source: Heusel et al., arXiv 1706.08500, eq. 6 (with Inception features: FID); Dowson and Landau 1982. The number
depends on the extractor and on n, so both belong beside it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mambo_engine.errors import DataError

Features = NDArray[np.floating]


def frechet_distance(features_a: Features, features_b: Features) -> float:
    """|mean_a - mean_b|^2 + tr(C_a + C_b - 2 (C_a C_b)^(1/2)).

    Args:
        features_a: (n, d), n at least 2.
        features_b: (m, d), m at least 2.

    Raises:
        DataError: other shapes, or values that are not finite.
    """
    a, b = (_checked(features, name) for features, name in ((features_a, "first"), (features_b, "second")))
    if a.shape[1] != b.shape[1]:
        raise DataError(f"features: got {a.shape[1]} and {b.shape[1]} columns, expected the same extractor's")
    gap = a.mean(axis=0) - b.mean(axis=0)
    return float(gap @ gap + _covariance_distance(a, b))


def _checked(features: Features, name: str) -> NDArray[np.float64]:
    values = np.asarray(features, dtype=np.float64)
    if values.ndim != 2 or len(values) < 2:
        raise DataError(f"{name} features: got shape {values.shape}, expected (n, d) with n at least 2")
    if not np.isfinite(values).all():
        raise DataError(f"{name} features: got values that are not finite")
    return values


def _covariance_distance(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """tr(C_a + C_b) - 2 tr((C_a C_b)^(1/2)), by the singular values of A B^T: exact for any rank.

    With C_a = A^T A and C_b = B^T B the trace of the root is the nuclear norm of A B^T, so no root of a
    singular matrix is taken where n is below d.
    """
    root_a, root_b = ((x - x.mean(axis=0)) / np.sqrt(len(x) - 1) for x in (a, b))
    cross = np.linalg.svd(_square_root(root_a) @ _square_root(root_b).T, compute_uv=False).sum()
    return float((root_a**2).sum() + (root_b**2).sum() - 2.0 * cross)


def _square_root(root: NDArray[np.float64]) -> NDArray[np.float64]:
    """A matrix with the same R^T R and at most d rows."""
    return np.asarray(np.linalg.qr(root, mode="r")) if len(root) > root.shape[1] else root
