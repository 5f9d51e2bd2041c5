"""The forward process and the conversion between eps, x_0 and v.

Source: paper sec. 3.2.1, Alg. 1 (x_t = sqrt(alpha_bar_t) x_0 + sqrt(1 - alpha_bar_t) eps);
Salimans and Ho, arXiv 2202.00512, app. D (v = sqrt(alpha_bar_t) eps - sqrt(1 - alpha_bar_t) x_0).
"""

from __future__ import annotations

import torch

from mambo_engine.diffusion.schedule import Schedule
from mambo_engine.errors import ConfigError


def _coefficients(
    schedule: Schedule, t: int | torch.Tensor, like: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """sqrt(alpha_bar_t) and sqrt(1 - alpha_bar_t), shaped to broadcast over ``like`` (B, C, H, W)."""
    signal, noise = schedule.signal(t), schedule.noise(t)
    shape = (-1, 1, 1, 1)
    return (
        signal.to(like.device, like.dtype).reshape(shape),
        noise.to(like.device, like.dtype).reshape(shape),
    )


def noised(schedule: Schedule, x_0: torch.Tensor, t: int | torch.Tensor, eps: torch.Tensor) -> torch.Tensor:
    """x_t for clean ``x_0`` (B, C, H, W), timestep(s) ``t`` and standard normal ``eps``."""
    signal, noise = _coefficients(schedule, t, x_0)
    return signal * x_0 + noise * eps


def x_0_from_prediction(
    schedule: Schedule, x_t: torch.Tensor, t: int | torch.Tensor, output: torch.Tensor, *, prediction: str
) -> torch.Tensor:
    """Turn the network ``output`` into an estimate of x_0.

    Raises:
        ConfigError: ``prediction`` is not eps, x_0 or v.
    """
    signal, noise = _coefficients(schedule, t, x_t)
    if prediction == "eps":
        return (x_t - noise * output) / signal
    if prediction == "x_0":
        return output
    if prediction == "v":
        return signal * x_t - noise * output
    raise ConfigError(f"prediction: got {prediction!r}, expected eps, x_0 or v")


def prediction_target(
    schedule: Schedule, x_0: torch.Tensor, t: int | torch.Tensor, eps: torch.Tensor, *, prediction: str
) -> torch.Tensor:
    """What the network should output for this ``x_0``, ``t`` and ``eps``.

    Raises:
        ConfigError: ``prediction`` is not eps, x_0 or v.
    """
    signal, noise = _coefficients(schedule, t, x_0)
    if prediction == "eps":
        return eps
    if prediction == "x_0":
        return x_0
    if prediction == "v":
        return signal * eps - noise * x_0
    raise ConfigError(f"prediction: got {prediction!r}, expected eps, x_0 or v")


def eps_from_x_0(schedule: Schedule, x_t: torch.Tensor, t: int | torch.Tensor, x_0: torch.Tensor) -> torch.Tensor:
    """The noise that leads from ``x_0`` to ``x_t``; t must be at least 1."""
    signal, noise = _coefficients(schedule, t, x_t)
    return (x_t - signal * x_0) / noise
