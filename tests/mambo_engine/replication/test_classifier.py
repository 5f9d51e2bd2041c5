from __future__ import annotations

import numpy as np
import pytest

from mambo_engine.errors import DataError
from mambo_engine.replication.classifier import ClassifierSettings, augmented, scores, train_classifier

SETTINGS = ClassifierSettings(side=16, widths=(8, 8), epochs=12, batch=8)


def blobs(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Half of the pictures are brighter in the middle."""
    generator = np.random.default_rng(seed)
    truth = np.arange(count) % 2 == 1
    images = generator.random((count, 16, 16)).astype(np.float32) * 0.3
    images[truth, 5:11, 5:11] += 0.6
    return images, truth


def test_classifier_learns_what_can_be_seen_and_is_the_same_again() -> None:
    images, truth = blobs(32, 0)
    test, wanted = blobs(16, 1)
    first = scores(train_classifier(images, truth, SETTINGS, 3), test)
    assert ((first > 0.5) == wanted).all()
    assert np.array_equal(first, scores(train_classifier(images, truth, SETTINGS, 3), test))
    assert not np.array_equal(first, scores(train_classifier(images, truth, SETTINGS, 4), test))


def test_augmented_pictures_keep_shape_and_range() -> None:
    picture = blobs(2, 0)[0][1]
    made = augmented(picture, np.random.default_rng(0))
    assert made.shape == picture.shape
    assert 0 <= made.min() <= made.max() <= 1
    assert not np.array_equal(made, picture)


def test_one_class_or_another_side_is_refused() -> None:
    images, truth = blobs(4, 0)
    with pytest.raises(DataError, match="got 0 positive of 4, expected both classes"):
        train_classifier(images, np.zeros(4, dtype=bool), SETTINGS, 0)
    with pytest.raises(DataError, match=r"expected \(4, 16, 16\)"):
        train_classifier(images[:, :8], truth, SETTINGS, 0)
