from __future__ import annotations

import pytest

from mambo_engine.training.rate import learning_rate
from mambo_engine.training.settings import TrainingConfig


def test_the_papers_rate_is_constant() -> None:
    training = TrainingConfig()
    assert {learning_rate(training, iteration, 0.9, timed=False) for iteration in (0, 99_999)} == {5e-5}


def test_a_warm_up_rises_to_the_rate() -> None:
    training = TrainingConfig(learning_rate=1.0, warmup=4)
    rates = [learning_rate(training, iteration, 0.0, timed=False) for iteration in range(6)]
    assert rates == [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]


def test_a_timed_run_ends_at_a_tenth() -> None:
    training = TrainingConfig(learning_rate=1.0)
    rates = [learning_rate(training, 10, share, timed=True) for share in (0.0, 0.5, 0.75, 1.0)]
    assert rates == pytest.approx([1.0, 1.0, 0.55, 0.1])
