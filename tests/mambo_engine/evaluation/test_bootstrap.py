from __future__ import annotations

import numpy as np
import pytest

from mambo_engine.errors import ConfigError, DataError
from mambo_engine.evaluation.bootstrap import bootstrap, bootstrap_mean
from mambo_engine.evaluation.frechet import frechet_distance


def test_interval_of_a_mean_is_that_of_its_standard_error() -> None:
    values = np.random.default_rng(0).normal(3.0, 2.0, size=400)
    found = bootstrap_mean(values, repeats=2000)
    assert found.estimate == pytest.approx(values.mean())
    half = 1.96 * values.std() / 20
    assert found.low == pytest.approx(values.mean() - half, abs=0.03)
    assert found.high == pytest.approx(values.mean() + half, abs=0.03)
    assert found.counts == (400,)


def test_interval_holds_the_truth_as_often_as_it_says() -> None:
    generator = np.random.default_rng(1)
    intervals = [bootstrap_mean(generator.normal(size=40), repeats=200, level=0.9) for _ in range(200)]
    held = np.mean([one.low <= 0 <= one.high for one in intervals])
    assert 0.83 <= held <= 0.95


def test_rows_of_one_picture_move_together() -> None:
    pictures = np.repeat(np.arange(20), 50)
    values = np.random.default_rng(2).normal(size=20)[pictures]  # 50 rows say no more than one
    clustered, naive = bootstrap_mean(values, pictures), bootstrap_mean(values)
    assert clustered.estimate == pytest.approx(naive.estimate)
    assert clustered.high - clustered.low > 5 * (naive.high - naive.low)


def test_unbiased_interval_holds_the_distance_where_the_plain_one_lies_above() -> None:
    generator = np.random.default_rng(3)
    a, b = generator.normal(size=(60, 16)), generator.normal(size=(60, 16))
    plain, moved = (
        bootstrap(lambda i, j: frechet_distance(a[i], b[j]), 60, 60, repeats=100, unbias=unbias)
        for unbias in (False, True)
    )
    assert plain.low > plain.estimate
    assert moved.low < moved.estimate < moved.high
    assert plain.high - plain.low == pytest.approx(moved.high - moved.low)


def test_same_seed_gives_the_same_interval() -> None:
    values = np.random.default_rng(4).normal(size=30)
    assert bootstrap_mean(values, seed=5) == bootstrap_mean(values, seed=5)
    assert bootstrap_mean(values, seed=5) != bootstrap_mean(values, seed=6)


def test_too_few_are_refused() -> None:
    with pytest.raises(DataError, match="got a set of 1 pictures"):
        bootstrap_mean(np.ones(1))
    with pytest.raises(DataError, match="one number a row"):
        bootstrap_mean(np.ones(3), np.arange(2))
    with pytest.raises(ConfigError, match="got 1 sets, 5 repeats and level"):
        bootstrap(lambda chosen: 0.0, 3, repeats=5)
