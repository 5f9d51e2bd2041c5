"""Reads schedule and prediction from the buffers that the lucidrains diffusion object leaves in a checkpoint."""

from __future__ import annotations

from collections.abc import Mapping

import torch

from mambo_engine.config import ScheduleConfig
from mambo_engine.diffusion.schedule import build_schedule
from mambo_engine.errors import BundleError

_MIN_SNR = 5.0
"""The package's own limit where its weighting by signal-to-noise ratio is on."""


def linear_schedule(steps: int) -> ScheduleConfig:
    """Return the linear schedule as the package scales it to another number of steps."""
    if steps == 1000:
        return ScheduleConfig()
    scale = 1000 / steps
    return ScheduleConfig(num_timesteps=steps, beta_start=1e-4 * scale, beta_end=min(0.02 * scale, 0.999))


def schedule_of(buffers: Mapping[str, torch.Tensor], where: object) -> ScheduleConfig:
    """Find the schedule whose betas lie in the checkpoint.

    Raises:
        BundleError: it is neither linear nor cosine.
    """
    betas = buffers["betas"].double().flatten()
    steps = len(betas)
    for config in (linear_schedule(steps), ScheduleConfig("cosine", steps)):
        alpha_bar = build_schedule(config).alpha_bar
        if torch.allclose(1.0 - alpha_bar[1:] / alpha_bar[:-1], betas, rtol=1e-4, atol=1e-7):
            return config
    raise BundleError(
        f"{where}: got a noise schedule of {steps} steps, beta {betas[0]:.3g} to {betas[-1]:.3g}, expected the "
        "linear or the cosine one (the package's sigmoid schedule is not known here)"
    )


def prediction_of(buffers: Mapping[str, torch.Tensor], schedule: ScheduleConfig) -> str | None:
    """Find what the network predicts by the weights of its loss; None where they are not kept or fit nothing."""
    weight = buffers.get("loss_weight")
    if weight is None:
        return None
    alpha_bar = build_schedule(schedule).alpha_bar[1:]
    snr = alpha_bar / (1.0 - alpha_bar)
    for limited in (snr, snr.clamp(max=_MIN_SNR)):
        for prediction, expected in {"eps": limited / snr, "x_0": limited, "v": limited / (snr + 1.0)}.items():
            if weight.shape == expected.shape and torch.allclose(weight.double(), expected, rtol=1e-2, atol=1e-6):
                return prediction
    return None
