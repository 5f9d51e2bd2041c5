"""Structural similarity of two pictures of the same thing, such as an enlarged one and the original.

Source: Wang et al., IEEE Trans Image Process 13 (2004) 600: Gaussian window of 11 pixels with deviation 1.5,
K1 = .01, K2 = .03, mean over the places where the window lies within the picture.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from mambo_engine.errors import DataError

DEVIATION = 1.5
REACH = 5
K1, K2 = 0.01, 0.03


def ssim(a: NDArray[np.floating], b: NDArray[np.floating], *, within: NDArray[np.bool_] | None = None) -> float:
    """Mean structural similarity, at most 1, where both are the same.

    Args:
        a: (rows, columns) on the linear scale [0, 1], at least 11 pixels a side.
        b: as `a`.
        within: (rows, columns) of pixels to average over, such as the breast; air is the same in any two pictures
            and lifts the mean.

    Raises:
        DataError: other shapes, values that are not finite, or no pixel to average over.
    """
    similarity = ssim_map(a, b)
    if within is None:
        return float(similarity.mean())
    if within.shape != a.shape:
        raise DataError(f"within: got shape {within.shape}, expected {a.shape} as the pictures")
    chosen = within[REACH:-REACH, REACH:-REACH]
    if not chosen.any():
        raise DataError("within: got no pixel farther than 5 from the border, expected some")
    return float(similarity[chosen].mean())


def ssim_map(a: NDArray[np.floating], b: NDArray[np.floating]) -> NDArray[np.float64]:
    """Structural similarity (rows - 10, columns - 10) around each pixel that has a whole window.

    Raises:
        DataError: other shapes, or values that are not finite.
    """
    x, y = (np.asarray(one, dtype=np.float64) for one in (a, b))
    if x.ndim != 2 or x.shape != y.shape or min(x.shape) < 2 * REACH + 1:
        raise DataError(f"pictures: got shapes {x.shape} and {y.shape}, expected one, of 11 pixels or more a side")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise DataError("pictures: got values that are not finite")
    mean_x, mean_y = _window(x), _window(y)
    # A window's variance is never below 0, its rounding is.
    var_x, var_y = (np.maximum(_window(one**2) - mean**2, 0.0) for one, mean in ((x, mean_x), (y, mean_y)))
    covariance = _window(x * y) - mean_x * mean_y
    c1, c2 = K1**2, K2**2
    brightness = (2 * mean_x * mean_y + c1) / (mean_x**2 + mean_y**2 + c1)
    structure = (2 * covariance + c2) / (var_x + var_y + c2)
    return np.asarray((brightness * structure)[REACH:-REACH, REACH:-REACH])


def _window(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(ndimage.gaussian_filter(values, DEVIATION, radius=REACH))
