from __future__ import annotations

import numpy as np
import pytest

from mambo_engine.anomaly.maps import anomaly_map, binary_mask, match_histogram
from mambo_engine.anomaly.settings import AnomalySettings
from mambo_engine.errors import ConfigError, DataError

INSIDE = np.zeros((32, 32), dtype=bool)
INSIDE[4:28, :26] = True
SHARP = AnomalySettings(blur=0.0)


def test_matching_gives_the_histogram_of_the_reference_and_keeps_the_order() -> None:
    generator = np.random.default_rng(1)
    image, reference = generator.random((2, 32, 32)).astype(np.float32)
    reference = reference**3
    matched = match_histogram(image, reference, INSIDE)
    assert np.allclose(np.sort(matched[INSIDE]), np.sort(reference[INSIDE]), atol=1e-6)
    assert np.array_equal(np.argsort(matched[INSIDE]), np.argsort(image[INSIDE]))
    assert np.array_equal(matched[~INSIDE], image[~INSIDE])


def test_matching_undoes_a_change_of_brightness_and_contrast() -> None:
    image = np.random.default_rng(2).random((32, 32)).astype(np.float32)
    assert np.allclose(match_histogram(0.3 * image + 0.2, image, INSIDE)[INSIDE], image[INSIDE], atol=1e-6)


def test_matching_keeps_flat_regions_flat() -> None:
    image = np.where(np.arange(32) < 10, 0.2, 0.7).astype(np.float32) * np.ones((32, 1), np.float32)
    matched = match_histogram(image, np.random.default_rng(3).random((32, 32)).astype(np.float32), INSIDE)
    assert len(np.unique(matched[INSIDE])) == 2


def test_matching_refuses_an_empty_mask_and_other_shapes() -> None:
    image = np.zeros((32, 32), np.float32)
    with pytest.raises(DataError, match="empty mask"):
        match_histogram(image, image, np.zeros((32, 32), dtype=bool))
    with pytest.raises(DataError, match="shapes"):
        match_histogram(image, image[:8], INSIDE)


def lesion(value: float) -> tuple[np.ndarray, np.ndarray]:
    healthy = np.full((32, 32), 0.4, np.float32)
    image = healthy.copy()
    image[10:14, 10:14] += value
    image[20:22, 5:7] += 0.2 * value
    image[0:3, 0:3] += value
    return image, healthy


def test_the_map_holds_bright_changes_inside_the_mask_above_the_threshold() -> None:
    image, healthy = lesion(0.3)
    found = anomaly_map(image, healthy, INSIDE, SHARP)
    expected = np.zeros((32, 32), np.float32)
    expected[10:14, 10:14] = 0.3
    assert np.allclose(found, expected)
    assert anomaly_map(image, healthy, INSIDE, AnomalySettings(blur=0.0, threshold=0.1))[20, 5] > 0


def test_dark_lesions_are_found_when_asked_for() -> None:
    image, healthy = lesion(-0.3)
    assert not anomaly_map(image, healthy, INSIDE, SHARP).any()
    assert anomaly_map(image, healthy, INSIDE, AnomalySettings(blur=0.0, dark=True))[12, 12] == pytest.approx(0.3)


def test_the_threshold_counts_from_the_image_when_asked() -> None:
    image, healthy = lesion(0.15)
    assert anomaly_map(image, healthy, INSIDE, SHARP).any()
    assert not anomaly_map(image, healthy, INSIDE, AnomalySettings(blur=0.0, relative_to="image")).any()


def test_the_blur_spreads_within_the_mask() -> None:
    image, healthy = lesion(0.3)
    found = anomaly_map(image, healthy, INSIDE, AnomalySettings(blur=3.0))
    assert 0 < found[12, 17] < found[12, 12] < 0.3
    assert not found[~INSIDE].any()


def test_the_mask_reports_its_threshold_and_is_empty_without_a_change() -> None:
    image, healthy = lesion(0.3)
    mask, threshold = binary_mask(anomaly_map(image, healthy, INSIDE, SHARP), 0.5)
    assert mask.sum() == 16
    assert threshold == pytest.approx(0.15)
    nothing, threshold = binary_mask(np.zeros((8, 8), np.float32), 0.0)
    assert not nothing.any()
    assert threshold == 0


@pytest.mark.parametrize(
    "values",
    [
        {"noise_level": 0},
        {"draws": 0},
        {"sampler": "euler"},
        {"threshold": 1.0},
        {"relative_to": "moon"},
        {"blur": -1.0},
        {"erosion": 0},
    ],
)
def test_settings_out_of_range_are_refused(values: dict) -> None:
    with pytest.raises(ConfigError, match=f"{next(iter(values))}: got"):
        AnomalySettings(**values)


def test_sides_follow_the_image_by_default() -> None:
    assert [AnomalySettings().erosion_at(side) for side in (256, 64)] == [20, 5]
    assert AnomalySettings(erosion=3).erosion_at(64) == 3
    assert AnomalySettings().blur_at(256) == 1.0
