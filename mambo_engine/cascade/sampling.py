"""What is asked of a stage: the image, how it is sampled, and how the work is cut."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mambo_engine.cascade.context import Canvas
from mambo_engine.config import require


@dataclass(frozen=True)
class Plan:
    """How the work is cut; changes time and memory, not the image (but for rounding).

    Attributes:
        max_batch: patches drawn together at most.
        order: wave, or raster one by one as in the paper.
        skip_background: leave out patches without breast.
    """

    max_batch: int = 16
    order: str = "wave"
    skip_background: bool = True

    def __post_init__(self) -> None:
        """Check batch and order."""
        require(self.max_batch >= 1, f"max_batch: got {self.max_batch}, expected at least 1")
        require(self.order in ("wave", "raster"), f"order: got {self.order!r}, expected wave or raster")


@dataclass(frozen=True)
class Sampling:
    """What is sampled: seed, sampler, number of steps, guidance, and how known pixels are noised."""

    seed: int = 0
    sampler: str = "dpmpp_2m"
    steps: int = 20
    guidance: float = 1.0
    eta: float = 0.0
    redraw_known: bool = False
    plan: Plan = field(default_factory=Plan)


@dataclass(frozen=True)
class Job:
    """One image's part in a stage.

    Attributes:
        seed: of the image.
        labels: label indices, 0 = null.
        coarser: network images of the stages before, the global one first.
        mask: where there is something to draw; None draws everywhere.
    """

    seed: int
    labels: tuple[int, ...] = ()
    coarser: tuple[Canvas, ...] = ()
    mask: NDArray[np.bool_] | None = None
