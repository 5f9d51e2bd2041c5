from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from mambo_engine.data.files import read_image
from mambo_engine.errors import ConfigError, DataError
from mambo_engine.evaluation.features import Features
from mambo_engine.evaluation.neighbors import feature_neighbors, pixel_neighbors, thumbnails


def pictures(count: int, *, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((count, 128, 128))


def test_thumbnails_forget_brightness_and_contrast() -> None:
    images = pictures(2)
    small = thumbnails(images)
    assert small.shape == (2, 64, 64)
    assert np.linalg.norm(small, axis=(1, 2)) == pytest.approx(1.0, abs=1e-5)
    assert thumbnails(0.2 + 0.7 * images) == pytest.approx(small, abs=2e-4)
    assert np.abs(thumbnails(np.full((1, 64, 64), 0.0))).max() == 0


def test_two_breasts_of_one_outline_are_strangers() -> None:
    rows, columns = np.mgrid[:128, :128]
    outline = np.hypot(rows - 64, columns) < 60
    generator = np.random.default_rng(2)
    breasts = outline * (0.5 + 0.1 * ndimage.gaussian_filter(generator.standard_normal((2, 128, 128)), (0, 3, 3)))
    assert np.corrcoef(breasts.reshape(2, -1))[0, 1] > 0.9
    assert pixel_neighbors(thumbnails(breasts[:1]), thumbnails(breasts[1:]), count=1).nearest[0] > 0.6


def test_a_noisy_copy_is_found_and_a_mirrored_one_too() -> None:
    training = pictures(20)
    noise = 0.05 * np.random.default_rng(1).standard_normal((2, 128, 128))
    copies = np.stack([training[3], training[7][:, ::-1]]) + noise
    found = pixel_neighbors(thumbnails(copies), thumbnails(training), count=2)
    assert found.numbers[:, 0].tolist() == [3, 7]
    assert found.mirrored[:, 0].tolist() == [False, True]
    assert found.nearest.max() < 0.1 < 0.8 < found.distances[:, 1].min()


def test_pixel_distance_is_one_less_correlation() -> None:
    a, b = thumbnails(pictures(1)), thumbnails(pictures(1, seed=1))
    straight, mirrored = (np.corrcoef(a.ravel(), side.ravel())[0, 1] for side in (b, b[:, :, ::-1]))
    assert pixel_neighbors(a, b, count=1).nearest == pytest.approx([1 - max(straight, mirrored)], abs=1e-5)


def test_feature_neighbors_compare_means_of_pictures() -> None:
    rows = np.array([[0.0, 0.0], [2.0, 0.0], [5.0, 1.0]])
    training = Features(rows, "made up", "a", np.array([0, 0, 1]))
    found = feature_neighbors(Features(np.array([[1.0, 1.0]]), "made up", "a"), training, count=2)
    assert found.numbers.tolist() == [[0, 1]]
    assert found.distances == pytest.approx(np.array([[1.0, 4.0]]))
    with pytest.raises(ConfigError, match="expected one extractor"):
        feature_neighbors(Features(np.ones((1, 2)), "other", "a"), training)


def test_pictures_that_do_not_do_are_refused() -> None:
    with pytest.raises(DataError, match="got none"):
        thumbnails([])
    with pytest.raises(DataError, match=r"picture 0: got shape \(32, 64\)"):
        thumbnails([np.ones((32, 64))])
    with pytest.raises(DataError, match="got 2, expected at least 3"):
        pixel_neighbors(thumbnails(pictures(1)), thumbnails(pictures(2)))


def test_altered_copies_of_real_mammograms_stand_out_from_strangers(shared_data: Path) -> None:
    files = sorted((shared_data / "cesm" / "images").glob("*_CC.jpg"))[:40]
    patients = [file.name.split("_")[0] for file in files]
    images = [read_image(file).pixels / 255.0 for file in files]
    training = thumbnails(images[:20])
    strangers = [
        image for image, patient in zip(images[20:], patients[20:], strict=True) if patient not in patients[:20]
    ]
    generator = np.random.default_rng(3)
    copies = [
        0.9 * np.roll(image, (4, -3), axis=(0, 1))[:, ::-1] ** 1.1 + 0.005 * generator.standard_normal(image.shape)
        for image in images[:20]
    ]
    found = pixel_neighbors(thumbnails(copies), training)
    assert found.numbers[:, 0].tolist() == list(range(20))
    assert found.nearest.max() < pixel_neighbors(thumbnails(strangers), training).nearest.min()
