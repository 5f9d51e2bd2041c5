from __future__ import annotations

import numpy as np
import pytest

from mambo_engine.errors import ConfigError, DataError
from mambo_engine.evaluation.features import Features
from mambo_engine.evaluation.generative import generative_figures


def features(values: np.ndarray, *, digest: str = "a") -> Features:
    return Features(np.asarray(values, dtype=np.float64), "made up", digest)


def line(*places: float) -> Features:
    return features(np.array(places)[:, None])


def test_figures_of_points_on_a_line_are_those_counted_by_hand() -> None:
    # With k = 1 real balls reach 1, 1, 1 and 7; generated ones 0.2, 0.2 and 29.8.
    found = generative_figures(line(0.1, 0.3, 30.1), line(0.0, 1.0, 2.0, 9.0), neighbors=1)
    assert found.precise.tolist() == [True, True, False]
    assert found.dense.tolist() == [2.0, 2.0, 0.0]
    assert found.covered.tolist() == [True, True, False, False]
    assert found.recalled.tolist() == [True, True, True, True]
    assert (found.precision, found.recall) == (pytest.approx(2 / 3), 1.0)
    assert (found.density, found.coverage) == (pytest.approx(4 / 3), 0.5)


def test_two_draws_of_one_distribution_are_alike() -> None:
    generator = np.random.default_rng(0)
    found = generative_figures(*(features(generator.normal(size=(400, 4))) for _ in range(2)))
    assert found.precision > 0.85
    assert found.recall > 0.85
    assert found.density == pytest.approx(1.0, abs=0.1)
    assert found.coverage == pytest.approx(1 - 2.0**-5, abs=0.03)


def test_one_mode_of_two_is_precise_and_covers_half() -> None:
    generator = np.random.default_rng(1)
    real = np.concatenate([generator.normal(size=(150, 3)), 40 + generator.normal(size=(150, 3))])
    found = generative_figures(features(generator.normal(size=(300, 3))), features(real))
    assert found.precision > 0.9
    assert found.recall < 0.6
    assert found.coverage == pytest.approx(0.5, abs=0.02)


def test_pictures_far_off_are_neither_precise_nor_dense() -> None:
    generator = np.random.default_rng(2)
    found = generative_figures(
        features(99 + generator.normal(size=(50, 3))), features(generator.normal(size=(50, 3)))
    )
    assert (found.precision, found.recall, found.density, found.coverage) == (0.0, 0.0, 0.0, 0.0)


def test_one_far_off_real_picture_lifts_precision_but_hardly_density() -> None:
    generator = np.random.default_rng(3)
    real = np.concatenate([generator.normal(size=(60, 2)), [[60.0, 60.0]]])
    found = generative_figures(features(30 + generator.normal(size=(60, 2))), features(real))
    assert found.precision > 0.9
    assert found.density < 0.25


def test_sets_that_do_not_fit_are_refused() -> None:
    with pytest.raises(DataError, match="got 3 generated and 4 real rows, expected more than 3"):
        generative_figures(line(1, 2, 3), line(1, 2, 3, 4), neighbors=3)
    with pytest.raises(ConfigError, match="expected one extractor"):
        generative_figures(features(np.ones((9, 2))), features(np.ones((9, 2)), digest="b"))
