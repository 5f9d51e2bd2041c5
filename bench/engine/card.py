"""On a CUDA card: the paper's networks in bfloat16 against the naive scheme and the card's own matrix rate.

The weights are random: time does not depend on them, but for skipping, so nothing is skipped here. A picture that
a first batch shows to take under two minutes is drawn whole; otherwise, and for the naive scheme, the time is
extrapolated from that batch, which the rows say.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.engine.forward import forward_operations, forward_rate, matrix_rate
from bench.table import Row

if TYPE_CHECKING:
    from mambo_engine.cascade.cascade import Cascade
    from mambo_engine.cascade.sampling import Sampling
    from mambo_engine.config import GeometryConfig, NetworkConfig
    from mambo_engine.loading.policy import Policy

FAST_STEPS, NAIVE_STEPS = 25, 150
WHOLE_UNDER_S = 120.0


@dataclass(frozen=True)
class Timed:
    """Patches drawn, the steps each took, and the seconds in all."""

    patches: int
    steps: int
    seconds: float

    def extrapolated(self, patches: int, steps: int) -> Timed:
        """The time of so many patches and steps at the same pace."""
        return Timed(patches, steps, self.seconds * patches * steps / (self.patches * self.steps))

    def __str__(self) -> str:
        """What it was measured on."""
        return f"{self.patches} patches × {self.steps} steps"


def measure() -> list[Row]:
    """Measure where there is a card; no rows where there is none."""
    import torch

    if not torch.cuda.is_available():
        return []
    from bench.engine.policy import policy_rows
    from bench.engine.random_model import PAPER
    from mambo_engine.config import GeometryConfig
    from mambo_engine.loading import policy_for

    rows = card_rows(
        GeometryConfig(), PAPER, policy_for("cuda"), policy_for("cuda", precision="fp32", compiled=False)
    )
    choices = policy_rows(PAPER, GeometryConfig().patch_size, policy_for("cuda"), compiles=True)
    return [Row(f"card: {torch.cuda.get_device_name()}", 1, "card"), *rows, *choices]


def card_rows(
    geometry: GeometryConfig,
    network: NetworkConfig,
    chosen: Policy,
    naive: Policy,
    *,
    matrix_side: int | None = None,
) -> list[Row]:
    """Rows for a geometry and a network shape: the chosen policy in waves against the naive one in raster order.

    Args:
        geometry: of the picture.
        network: of the stages; input channels are set by stage.
        chosen: policy of the fast path.
        naive: policy of the reference scheme.
        matrix_side: of the matrix product; by default as fits the device.
    """
    from bench.engine.random_model import patches_of, random_cascade

    fast = random_cascade(geometry, network, chosen)
    total, longest = patches_of(fast), min(chosen.max_batch, len(fast.stages["patch"].grid.positions))
    ours, on_what = fast_picture(fast, total, longest, chosen)
    single = some_patches(random_cascade(geometry, network, naive), naive_sampling(2), 1)
    theirs = single.extrapolated(total, NAIVE_STEPS)
    picture = f"{geometry.size} × {geometry.size}, {total} patches"
    name = "the naive scheme, times faster"
    return [
        Row(f"{picture}, {FAST_STEPS} steps, {on_what}", ours.seconds, "s", name, theirs.seconds / ours.seconds),
        Row(f"{picture}, naive: fp32, one by one, DDIM {NAIVE_STEPS}, from {single}", theirs.seconds, "s"),
        *rate_rows(fast, ours, longest, chosen, matrix_side=matrix_side),
    ]


def fast_picture(cascade: Cascade, total: int, batch: int, policy: Policy) -> tuple[Timed, str]:
    """Time one picture by the fast path, drawn whole or extrapolated, and say which."""
    from mambo_engine.cascade.sampling import Plan, Sampling

    plan = Plan(max_batch=policy.max_batch, buckets=policy.buckets, skip_background=False)
    part = some_patches(cascade, Sampling("dpmpp_2m", FAST_STEPS, plan=plan), batch)
    guess = part.extrapolated(total, FAST_STEPS)
    if guess.seconds > WHOLE_UNDER_S:
        return guess, f"extrapolated from {part}"
    started = time.perf_counter()
    cascade.sample(steps=FAST_STEPS, sampler="dpmpp_2m", plan=plan)
    return Timed(total, FAST_STEPS, time.perf_counter() - started), "drawn whole"


def naive_sampling(steps: int) -> Sampling:
    """The naive scheme with so many steps."""
    from mambo_engine.cascade.sampling import Plan, Sampling

    return Sampling("ddim", steps, plan=Plan(order="raster", skip_background=False))


def rate_rows(
    cascade: Cascade, picture: Timed, batch: int, policy: Policy, *, matrix_side: int | None
) -> list[Row]:
    """Operations a second of the forward pass and of the whole drawing against the matrix product."""
    import torch

    limit = matrix_rate(policy.device, torch.bfloat16 if policy.bf16 else torch.float32, matrix_side)
    stage = cascade.stages["patch"]
    network, side = stage.config.network, stage.geometry.patch_size
    forward = forward_rate(network, side, batch, policy)
    drawing = picture.patches * picture.steps * forward_operations(network, side) / picture.seconds
    return [
        Row("card: matrix product", limit / 1e12, "TFLOP/s"),
        Row(f"card: forward pass, batch {batch}", forward / 1e12, "TFLOP/s", "matrix product", forward / limit),
        Row("card: whole drawing", drawing / 1e12, "TFLOP/s", "matrix product", drawing / limit),
    ]


def some_patches(cascade: Cascade, sampling: Sampling, batch: int) -> Timed:
    """Time one batch of the patch stage, after the same batch has warmed everything up."""
    import numpy as np
    import torch

    from mambo_engine.cascade.denoising import Cell, denoise
    from mambo_engine.cascade.sampling import Job
    from mambo_engine.cascade.stitching import StageCanvas

    stage = cascade.stages["patch"]
    geometry = stage.geometry
    coarse = tuple(np.zeros((side, side), np.float32) for side in (geometry.patch_size, geometry.mid_size))
    job, canvas = Job(0, coarser=coarse), StageCanvas(stage.grid)
    wave = max(stage.grid.waves(), key=len)[:batch]
    cells = [Cell(job, canvas, patch) for patch in wave]
    seconds = 0.0
    for _ in range(2):
        if stage.device.type == "cuda":
            torch.cuda.synchronize(stage.device)
        started = time.perf_counter()
        denoise(stage, cells, sampling)
        seconds = time.perf_counter() - started
    return Timed(len(cells), sampling.steps, seconds)
