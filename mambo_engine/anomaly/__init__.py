"""Anomaly segmentation: what a model of healthy breasts would have drawn instead, and where it differs.

Source: paper sec. 3.3 and 9. It is only as good as the model: stage 1 has to be trained on healthy images alone.
"""

from mambo_engine.anomaly.healthy import healthy_counterparts
from mambo_engine.anomaly.maps import anomaly_map, binary_mask, match_histogram
from mambo_engine.anomaly.scores import (
    AreaBucket,
    LevelScore,
    brightest,
    intersection_over_union,
    iou_by_area,
    iou_by_level,
)
from mambo_engine.anomaly.segmentation import AnomalyResult, segment
from mambo_engine.anomaly.settings import AnomalySettings

__all__ = [
    "AnomalyResult",
    "AnomalySettings",
    "AreaBucket",
    "LevelScore",
    "anomaly_map",
    "binary_mask",
    "brightest",
    "healthy_counterparts",
    "intersection_over_union",
    "iou_by_area",
    "iou_by_level",
    "match_histogram",
    "segment",
]
