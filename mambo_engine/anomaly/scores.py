"""How well masks of anomalies meet true lesions: IoU, by lesion size (Tab. 6) and by noise level (Tab. 9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mambo_engine.data.masks import Mask
from mambo_engine.errors import DataError

PAPER_BUCKET = 18


@dataclass(frozen=True)
class AreaBucket:
    """Images with lesions of about one size.

    Attributes:
        median_area: of the lesions, px.
        least_area: px.
        most_area: px.
        mean_iou: over the images.
        images: how many.
    """

    median_area: float
    least_area: float
    most_area: float
    mean_iou: float
    images: int


@dataclass(frozen=True)
class LevelScore:
    """Mean IoU at one noise level.

    Attributes:
        noise_level: lambda.
        mean_iou: over the images.
        images: how many.
    """

    noise_level: int
    mean_iou: float
    images: int


def intersection_over_union(found: Mask, truth: Mask) -> float:
    """IoU of two masks of one shape, 0..1.

    Raises:
        DataError: the shapes differ, or the truth is empty: then there is nothing to meet.
    """
    if found.shape != truth.shape:
        raise DataError(f"IoU: got shapes {found.shape} and {truth.shape}, expected the same")
    if not truth.any():
        raise DataError("IoU: got an empty true mask, expected a lesion")
    return float((found & truth).sum() / (found | truth).sum())


def brightest(image: NDArray[np.float32], inside: Mask, count: int) -> Mask:
    """The `count` brightest pixels inside a mask: what a score without any model starts from.

    Lesions are bright, so masks of bright pixels meet some of them; a model has to do better.
    """
    chosen = np.zeros(image.shape, dtype=bool)
    places = np.flatnonzero(inside)
    order = np.argsort(-image.ravel()[places], kind="stable")
    chosen.ravel()[places[order[: max(0, count)]]] = True
    return chosen


def iou_by_area(
    areas: Sequence[float], scores: Sequence[float], *, images: int = PAPER_BUCKET
) -> tuple[AreaBucket, ...]:
    """Mean IoU of the images in order of their lesion area, `images` at a time; the last bucket takes the rest.

    Areas spread over orders of magnitude, so equal counts make buckets of about equal width on a log scale.

    Args:
        areas: of the true lesions, px, above 0.
        scores: IoU of the same images.
        images: in a bucket; 18 in the paper.

    Raises:
        DataError: the lengths differ, an area is not above 0, or `images` is below 1.

    Source: paper sec. 4.6, Tab. 6 (median areas 64 to 2187 px at 256, buckets of 18, the last of 17).
    """
    if len(areas) != len(scores) or images < 1:
        raise DataError(f"buckets: got {len(areas)} areas, {len(scores)} scores, {images} images a bucket")
    if any(area <= 0 for area in areas):
        raise DataError(f"buckets: got an area of {min(areas)} px, expected above 0")
    order = np.argsort(np.asarray(areas, dtype=np.float64), kind="stable")
    buckets = []
    for first in range(0, len(order), images):
        chosen = order[first : first + images]
        area = np.asarray(areas, dtype=np.float64)[chosen]
        mean = float(np.asarray(scores, dtype=np.float64)[chosen].mean())
        buckets.append(AreaBucket(float(np.median(area)), float(area.min()), float(area.max()), mean, len(chosen)))
    return tuple(buckets)


def iou_by_level(scores: Mapping[int, Sequence[float]]) -> tuple[LevelScore, ...]:
    """Mean IoU by noise level, in rising order; source: paper Tab. 9 (300 to 900, best at 700).

    Raises:
        DataError: a level without scores.
    """
    for level, values in scores.items():
        if not values:
            raise DataError(f"noise level {level}: got no score, expected at least one image with a lesion")
    return tuple(
        LevelScore(level, float(np.mean(values)), len(values)) for level, values in sorted(scores.items())
    )
