from __future__ import annotations

import numpy as np
import pytest

from mambo_engine.errors import ConfigError, DataError
from mambo_engine.evaluation.features import Features
from mambo_engine.evaluation.memorization import Set, calibrated, screen
from mambo_engine.evaluation.neighbors import Neighbors


def blobs(count: int, *, seed: int) -> np.ndarray:
    """Pictures of a few soft shapes, so that two of them are somewhat alike."""
    coarse = np.random.default_rng(seed).random((count, 8, 8))
    return np.kron(coarse, np.ones((8, 8))) + np.linspace(3, 0, 64)[None, None, :]


def ready(pictures: np.ndarray) -> Set:
    values = pictures.reshape(len(pictures), 8, 8, 8, 8).mean(axis=(2, 4)).reshape(len(pictures), 64)[:, ::5]
    return Set.of(pictures, Features(values, "blocks", "a"))


TRAINING, HELD_OUT = blobs(60, seed=0), blobs(40, seed=1)


def line(distances: np.ndarray) -> Neighbors:
    column = distances[:, None]
    return Neighbors(np.zeros(column.shape, np.intp), column, np.zeros(column.shape, bool))


def test_fresh_pictures_are_flagged_as_often_as_held_out_ones() -> None:
    found = screen(ready(blobs(200, seed=2)), ready(TRAINING), ready(HELD_OUT))
    assert found.pixels.expected == pytest.approx(1 / 41)
    assert found.pixels.flagged.mean() < 0.15
    assert not found.copies()


def test_copies_among_fresh_pictures_are_flagged_and_come_first() -> None:
    fresh = blobs(20, seed=3)
    fresh[4] = 1.3 * TRAINING[11] + 0.02 * np.random.default_rng(4).standard_normal((64, 64))
    fresh[9] = TRAINING[30][:, ::-1]
    fresh[15] = TRAINING[2]
    found = screen(ready(fresh), ready(TRAINING), ready(HELD_OUT))
    first = {(pair.generated, pair.training, pair.mirrored) for pair in found.pairs if pair.correlation > 0.99}
    assert first == {(4, 11, False), (9, 30, True), (15, 2, False)}
    assert all(found.pixels.flagged[[4, 9, 15]])
    assert found.pairs[0].by_pixels
    assert found.pairs[0].by_features
    assert len(found.pairs) == 20


def test_a_model_that_only_copies_is_called_so() -> None:
    found = screen(ready(TRAINING[:12] + 1e-3 * blobs(12, seed=5)), ready(TRAINING), ready(HELD_OUT))
    assert found.copies()
    assert found.pixels.p_value < 1e-4


def test_chance_is_exact_whatever_the_distribution() -> None:
    generator = np.random.default_rng(6)
    found = [
        calibrated(line(generator.exponential(size=10)), generator.exponential(size=29), rate=0.1).p_value
        for _ in range(400)
    ]
    for level in (0.05, 0.2, 0.5):  # a chance of discrete counts is held to at most the level
        assert np.mean(np.array(found) <= level) <= level + 0.05
    assert np.mean(np.array(found) <= 0.2) > 0.05


def test_with_few_held_out_the_nearest_one_is_the_threshold() -> None:
    found = calibrated(line(np.array([0.1, 0.5])), np.array([0.4, 0.2, 0.9]))
    assert (found.threshold, found.rank, found.expected) == (0.2, 1, 0.25)
    assert found.flagged.tolist() == [True, False]
    # The nearest of all five is one of the two in two orders of five.
    assert found.p_value == pytest.approx(0.4)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"rate: got 0\.9"):
        screen(ready(TRAINING), ready(TRAINING), ready(HELD_OUT), rate=0.9)
    with pytest.raises(DataError, match="got those of 60 pictures, expected 40"):
        Set.of(HELD_OUT, ready(TRAINING).features)
