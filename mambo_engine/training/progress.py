"""What a run reports while it goes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """Where a training run stands.

    Attributes:
        iteration: steps done in all.
        iterations: steps to do in all.
        loss: mean since the last report.
        examples_per_second: since the last report, over all processes.
        seconds_left: until the steps or the minutes of the run are used up.
    """

    iteration: int
    iterations: int
    loss: float
    examples_per_second: float
    seconds_left: float
