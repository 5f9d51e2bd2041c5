"""From an image and its healthy counterpart to a map of anomalies and a mask. Pure functions on arrays.

Source: paper sec. 3.3 and 9. All arrays are (s, s); images are on the linear scale [0, 1].
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from mambo_engine.anomaly.settings import AnomalySettings
from mambo_engine.data.masks import Mask
from mambo_engine.errors import DataError

Image = NDArray[np.float32]


def match_histogram(image: Image, reference: Image, mask: Mask) -> Image:
    """Give `image` the gray values that `reference` has, inside the mask; outside it stays.

    The values of the reference are handed out by rank; equal values of the image get equal ones, so flat regions
    stay flat.

    Raises:
        DataError: other shapes, or an empty mask.
    """
    if not image.shape == reference.shape == mask.shape:
        raise DataError(f"histogram: got shapes {image.shape}, {reference.shape}, {mask.shape}, expected the same")
    if not mask.any():
        raise DataError("histogram: got an empty mask, expected some breast left after the erosion")
    _, places, counts = np.unique(image[mask], return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - 0.5 * counts) / counts.sum()
    wanted = np.sort(reference[mask].astype(np.float64))
    shares = (np.arange(len(wanted)) + 0.5) / len(wanted)
    matched = image.astype(np.float32).copy()
    matched[mask] = np.interp(ranks, shares, wanted).astype(np.float32)[places.reshape(-1)]
    return matched


def anomaly_map(image: Image, healthy: Image, mask: Mask, settings: AnomalySettings) -> Image:
    """Map what is in `image` and not in `healthy`: 0 where nothing is, at most 1.

    Differences of the wanted sign inside the mask; those below a share of the highest intensity dropped; blurred.

    Args:
        image: as given.
        healthy: its counterpart, histogram matched.
        mask: eroded breast mask.
        settings: sign, threshold and blur.
    """
    difference = healthy - image if settings.dark else image - healthy
    positive = np.where(mask, np.maximum(difference, 0), 0).astype(np.float32)
    highest = positive.max() if settings.relative_to == "map" else np.where(mask, image, 0).max()
    kept = np.where(positive >= settings.threshold * highest, positive, np.float32(0))
    blur = settings.blur_at(len(image))
    blurred = ndimage.gaussian_filter(kept, blur, mode="constant") if blur > 0 else kept
    return np.asarray(np.where(mask, blurred, 0), dtype=np.float32)


def binary_mask(found: Image, share: float) -> tuple[Mask, float]:
    """Set the mask where the map is above a share of its highest value.

    Returns:
        The mask, and the threshold in values of the map; a map of zeros gives an empty mask.
    """
    threshold = float(share * found.max())
    return np.asarray((found > threshold) & (found > 0), dtype=bool), threshold
