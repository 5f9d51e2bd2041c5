"""The learning rate of a step."""

from __future__ import annotations

from mambo_engine.training.settings import TrainingConfig

LAST = 0.1
"""Share of the rate that is left at the end of a run with a time budget."""


def learning_rate(training: TrainingConfig, iteration: int, share: float, *, timed: bool) -> float:
    """Rate of one step.

    Args:
        training: its rate and warm-up.
        iteration: steps done before.
        share: of the run that is done, 0..1.
        timed: whether the run has a time budget; its rate is constant for the first half and then falls, so that
            the average settles.
    """
    rate = training.learning_rate * min(1.0, (iteration + 1) / max(1, training.warmup))
    return rate * (1.0 - (1.0 - LAST) * max(0.0, 2.0 * share - 1.0)) if timed else rate
