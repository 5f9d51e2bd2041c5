"""What is asked of the cascade: the images, how they are sampled, and how the work is cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mambo_engine.cascade.context import Canvas
from mambo_engine.cascade.seeds import check_seed
from mambo_engine.config import SAMPLERS, require

AGGREGATIONS = ("autoregressive", "joint")


@dataclass(frozen=True)
class ImageRequest:
    """One image that is asked for.

    Attributes:
        labels: values of the bundle's vocabulary; a field that is left out is not conditioned on.
        seed: 0 or more; with labels and settings it determines the image.
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0


@dataclass(frozen=True)
class Plan:
    """How the work is cut; changes time and memory, not the image (but for rounding).

    Attributes:
        max_batch: patches drawn together at most.
        order: wave, all patches that are free to be drawn at once, or raster, one by one as in the paper.
        skip_background: leave out patches without breast.
        buckets: rising batch sizes; a batch is padded to the next one, so that a compiled network sees few
            shapes. Empty, or a batch above the last: no padding.
    """

    max_batch: int = 16
    order: str = "wave"
    skip_background: bool = True
    buckets: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Check batch, order and buckets."""
        require(self.max_batch >= 1, f"max_batch: got {self.max_batch}, expected at least 1")
        require(self.order in ("wave", "raster"), f"order: got {self.order!r}, expected wave or raster")
        rising = self.buckets == tuple(sorted({size for size in self.buckets if size >= 1}))
        require(rising, f"buckets: got {self.buckets}, expected rising sizes from 1")

    def padded(self, count: int) -> int:
        """Batch size that `count` patches are given to the network in."""
        return next((size for size in self.buckets if size >= count), count)


@dataclass(frozen=True)
class Sampling:
    """What is sampled: sampler, number of steps, guidance, known pixels, and how patches become an image.

    Attributes:
        sampler: one of ddpm, ddim, dpmpp_2m, dpmpp_2m_sde.
        steps: network evaluations a patch.
        guidance: classifier-free guidance; 1 needs one pass, others two.
        eta: noise of ddim, 0 deterministic to 1 as ddpm; the other samplers have none.
        redraw_known: draw the noise of known pixels anew at each step instead of keeping it.
        aggregation: autoregressive, patch after patch as in the paper, or joint, all patches at once.
        plan: how the work is cut.
        spin: move the patch from step to step, see `samplers.spinning`; nothing changes without a stem.
    """

    sampler: str = "dpmpp_2m"
    steps: int = 20
    guidance: float = 1.0
    eta: float = 0.0
    redraw_known: bool = False
    aggregation: str = "autoregressive"
    plan: Plan = field(default_factory=Plan)
    spin: bool = False

    @property
    def deterministic(self) -> bool:
        """Whether the sampler draws no noise after the first."""
        return self.sampler == "dpmpp_2m" or (self.sampler == "ddim" and self.eta == 0.0)

    def check(self, num_timesteps: int) -> None:
        """Check everything against a schedule of `num_timesteps`.

        Raises:
            ConfigError: an unknown name, a number out of range, or joint aggregation with a stochastic sampler.
        """
        known = self.sampler in SAMPLERS
        require(known, f"sampler: got {self.sampler!r}, expected one of {', '.join(SAMPLERS)}")
        fits = 1 <= self.steps <= num_timesteps
        require(fits, f"steps: got {self.steps}, expected 1..{num_timesteps}")
        require(0 <= self.guidance <= 20, f"guidance: got {self.guidance}, expected 0..20")
        require(0 <= self.eta <= 1, f"eta: got {self.eta}, expected 0..1")
        allowed = ", ".join(AGGREGATIONS)
        require(
            self.aggregation in AGGREGATIONS, f"aggregation: got {self.aggregation!r}, expected one of {allowed}"
        )
        joint = self.aggregation == "joint"
        require(
            not (joint and self.redraw_known), "redraw_known: joint aggregation takes no pixels from neighbors"
        )
        fits = not joint or self.deterministic
        sampler = f"{self.sampler} with eta {self.eta:g}" if self.sampler == "ddim" else self.sampler
        require(fits, f"aggregation joint: got sampler {sampler}, expected dpmpp_2m or ddim with eta 0")


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

    def __post_init__(self) -> None:
        """Check the seed."""
        check_seed(self.seed)
