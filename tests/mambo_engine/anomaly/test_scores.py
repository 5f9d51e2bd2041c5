from __future__ import annotations

import numpy as np
import pytest

from mambo_engine.anomaly.scores import brightest, intersection_over_union, iou_by_area, iou_by_level
from mambo_engine.errors import DataError


def square(top: int, left: int, side: int) -> np.ndarray:
    mask = np.zeros((20, 20), dtype=bool)
    mask[top : top + side, left : left + side] = True
    return mask


def test_iou_of_squares() -> None:
    assert intersection_over_union(square(0, 0, 10), square(0, 5, 10)) == pytest.approx(50 / 150)
    assert intersection_over_union(square(0, 0, 4), square(0, 0, 4)) == 1
    assert intersection_over_union(square(0, 0, 4), square(10, 10, 4)) == 0
    assert intersection_over_union(np.zeros((20, 20), dtype=bool), square(0, 0, 4)) == 0


def test_iou_refuses_an_empty_truth_and_other_shapes() -> None:
    with pytest.raises(DataError, match="empty true mask"):
        intersection_over_union(square(0, 0, 4), np.zeros((20, 20), dtype=bool))
    with pytest.raises(DataError, match="shapes"):
        intersection_over_union(square(0, 0, 4)[:5], square(0, 0, 4))


def test_buckets_of_the_paper_hold_eighteen_images_and_the_last_seventeen() -> None:
    areas = np.random.default_rng(0).permutation(np.geomspace(20, 3000, 107))
    buckets = iou_by_area(areas.tolist(), (areas / 3000).tolist())
    assert [bucket.images for bucket in buckets] == [18] * 5 + [17]
    assert [bucket.median_area for bucket in buckets] == sorted(bucket.median_area for bucket in buckets)
    assert buckets[0].mean_iou == pytest.approx(np.sort(areas)[:18].mean() / 3000)
    assert buckets[0].most_area < buckets[1].least_area


def test_buckets_refuse_what_does_not_fit() -> None:
    for areas, scores, images in (([1.0], [], 18), ([0.0], [0.5], 18), ([1.0], [0.5], 0)):
        with pytest.raises(DataError, match="buckets: got"):
            iou_by_area(areas, scores, images=images)


def test_levels_come_in_rising_order() -> None:
    scores = iou_by_level({700: [0.2, 0.4], 300: [0.1, 0.1]})
    assert [(score.noise_level, score.mean_iou, score.images) for score in scores] == [
        (300, pytest.approx(0.1), 2),
        (700, pytest.approx(0.3), 2),
    ]
    with pytest.raises(DataError, match="noise level 500"):
        iou_by_level({500: []})


def test_the_brightest_pixels_are_taken_inside() -> None:
    image = np.arange(400, dtype=np.float32).reshape(20, 20)
    chosen = brightest(image, square(0, 0, 10), 3)
    assert sorted(image[chosen]) == [187, 188, 189]
    assert not brightest(image, square(0, 0, 10), 0).any()
