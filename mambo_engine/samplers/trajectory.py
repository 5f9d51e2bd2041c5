"""The walk that all samplers share: estimate x_0, pin what is known, step, pin again, report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import torch

from mambo_engine.diffusion.schedule import Schedule
from mambo_engine.errors import ConfigError
from mambo_engine.samplers.known_pixels import KnownPixels
from mambo_engine.types import CleanPredictor, NoiseSource, OnStep


@dataclass
class Step:
    """One step from timestep `t` to the next lower one, `to`.

    Attributes:
        t: timestep that `x_t` stands at.
        to: timestep to go to; 0 is clean.
        x_t: noised channel (B, 1, H, W).
        x_0: estimate of the clean channel, known pixels already in place.
        draw: gives this step's fresh noise (B, 1, H, W); called by stochastic samplers only.
        history: earlier (t, x_0), the newest last; multistep solvers use it.
    """

    t: int
    to: int
    x_t: torch.Tensor
    x_0: torch.Tensor
    draw: Callable[[], torch.Tensor]
    history: list[tuple[int, torch.Tensor]] = field(default_factory=list)


Update = Callable[[Schedule, Step], torch.Tensor]


def walk(
    update: Update,
    predict: CleanPredictor,
    schedule: Schedule,
    timesteps: tuple[int, ...],
    noise: NoiseSource,
    *,
    start: torch.Tensor | None = None,
    history: Sequence[tuple[int, torch.Tensor]] = (),
    known: KnownPixels | None = None,
    on_step: OnStep | None = None,
) -> torch.Tensor:
    """Walk down `timesteps` and return x_0 (B, 1, H, W); known pixels come back bit-equal.

    Args:
        update: the sampler's rule for one step.
        predict: estimates x_0 from (x_t, t).
        schedule: noise schedule.
        timesteps: falling, from the first down to 0.
        noise: noise by key; 0 is the fixed noise, 2i fresh noise of step i, 2i + 1 redrawn noise of step i.
        start: x_t at the first timestep; pure noise when None.
        history: (t, x_0) of the step before `start`, where a walk is taken up again.
        known: pixels to keep.
        on_step: told after each step.

    Raises:
        ConfigError: the timesteps do not fall down to 0.
    """
    if timesteps[-1] != 0 or any(t <= to for t, to in pairwise(timesteps)):
        raise ConfigError(f"timesteps: got {timesteps}, expected a falling sequence that ends at 0")
    eps_0 = noise(0)
    x_t = eps_0 if start is None else start
    if known is not None:
        x_t = known.pin_x_t(schedule, x_t, timesteps[0], eps_0)
    before = list(history)
    steps = len(timesteps) - 1
    for index, (t, to) in enumerate(pairwise(timesteps), start=1):
        x_0 = predict(x_t, t)
        if known is not None:
            x_0 = known.pin_x_0(x_0)
        step = Step(t, to, x_t, x_0, draw=lambda key=2 * index: noise(key), history=before)  # type: ignore[misc]
        x_t = update(schedule, step)
        before = [(t, x_0)]
        if known is not None and to > 0:
            x_t = known.pin_x_t(schedule, x_t, to, noise(2 * index + 1) if known.redraw else eps_0)
        if on_step is not None:
            on_step(index, steps)
    return x_t if known is None else known.pin_x_0(x_t)
