"""Anomaly segmentation of one image, joined: healthy counterpart, histogram, differences, mask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mambo_engine.anomaly.healthy import check_image, healthy_counterparts
from mambo_engine.anomaly.maps import anomaly_map, binary_mask, match_histogram
from mambo_engine.anomaly.settings import AnomalySettings
from mambo_engine.cascade.cascade import Cascade
from mambo_engine.config import STAGES, label_indices
from mambo_engine.data.masks import Mask, erode_mask
from mambo_engine.errors import DataError


@dataclass(frozen=True)
class AnomalyResult:
    """Where one image differs from its healthy counterpart; all arrays (s, s).

    Attributes:
        map: float32, 0 where nothing was found.
        mask: where the map is above `threshold`.
        healthy: float32 linear scale, mean over the draws, histogram matched inside `inside`.
        inside: the eroded breast mask; nothing is looked for outside it.
        seed: of the noise.
        noise_level: lambda.
        draws: noise draws that were averaged.
        threshold: of the mask, in values of the map.
    """

    map: NDArray[np.float32]
    mask: Mask
    healthy: NDArray[np.float32]
    inside: Mask
    seed: int
    noise_level: int
    draws: int
    threshold: float


def segment(
    cascade: Cascade,
    image: NDArray[np.float32],
    breast: Mask,
    settings: AnomalySettings | None = None,
    seed: int = 0,
    *,
    labels: Mapping[str, str] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> AnomalyResult:
    """Look for anomalies in one image; with several draws it is compared with their mean healthy counterpart.

    Args:
        cascade: stage 1 of it is used; it has to be trained on healthy images.
        image: (s, s), linear scale 0..1, chest wall on the left.
        breast: (s, s), not eroded.
        settings: see `AnomalySettings`.
        seed: 0 or more.
        labels: values of the bundle's vocabulary.
        should_stop: asked before every solver step.

    Raises:
        ConfigError: a setting, label or seed that is not allowed; before any work starts.
        DataError: an image or mask that does not fit, or no breast left after the erosion.
        Cancelled: `should_stop` said so.
        SamplingError: the network gave values that are not finite.
    """
    settings = settings or AnomalySettings()
    stage = cascade.stages[STAGES[0]]
    side = stage.geometry.patch_size
    indices = label_indices(cascade.vocabulary, labels or {})
    check_image(image, side)
    if breast.shape != image.shape:
        raise DataError(f"breast mask: got shape {breast.shape}, expected {image.shape}")
    kernel = settings.erosion_at(side)
    inside = erode_mask(breast, kernel=kernel)
    if not inside.any():
        raise DataError(f"breast mask: got none left after an erosion of {kernel} px, expected some")
    drawn = healthy_counterparts(
        stage,
        image,
        settings=settings,
        steps=cascade.defaults.steps if settings.steps is None else settings.steps,
        seed=seed,
        labels=indices,
        should_stop=should_stop,
    )
    matched = [match_histogram(each, image, inside) for each in drawn]
    healthy = np.asarray(np.mean(matched, axis=0), dtype=np.float32)
    found = anomaly_map(image, healthy, inside, settings)
    mask, threshold = binary_mask(found, settings.binary_threshold)
    return AnomalyResult(found, mask, healthy, inside, seed, settings.noise_level, settings.draws, threshold)
