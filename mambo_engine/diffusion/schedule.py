"""Noise schedules: beta_t and alpha_bar_t for t = 0..T, in float64.

Source: paper sec. 8 (linear, T = 1000; the range 1e-4..0.02 is the DDPM default, the paper states none);
Nichol and Dhariwal, arXiv 2102.09672, eq. 17 (cosine).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from mambo_engine.config import ScheduleConfig
from mambo_engine.errors import ConfigError

_COSINE_OFFSET = 0.008
_BETA_MAX = 0.999
_LOWEST_LOG_SNR = -5.1
_LAST_SHARE = 0.003


@dataclass(frozen=True)
class Schedule:
    """alpha_bar indexed by t; entry 0 is 1 (clean data), entry T is the noisiest."""

    alpha_bar: torch.Tensor

    @property
    def num_timesteps(self) -> int:
        """T."""
        return len(self.alpha_bar) - 1

    def signal(self, t: int | torch.Tensor) -> torch.Tensor:
        """sqrt(alpha_bar_t), float64."""
        return self.alpha_bar[t].sqrt()

    def noise(self, t: int | torch.Tensor) -> torch.Tensor:
        """sqrt(1 - alpha_bar_t), float64."""
        return (1.0 - self.alpha_bar[t]).sqrt()

    def log_snr_half(self, t: int) -> float:
        """lambda_t = log(sqrt(alpha_bar_t) / sqrt(1 - alpha_bar_t)); infinite at t = 0."""
        if t == 0:
            return math.inf
        alpha_bar = float(self.alpha_bar[t])
        return 0.5 * (math.log(alpha_bar) - math.log1p(-alpha_bar))


def _betas(config: ScheduleConfig) -> torch.Tensor:
    steps = config.num_timesteps
    if config.kind == "linear":
        return torch.linspace(config.beta_start, config.beta_end, steps, dtype=torch.float64)
    progress = torch.linspace(0.0, 1.0, steps + 1, dtype=torch.float64)
    curve = torch.cos((progress + _COSINE_OFFSET) / (1.0 + _COSINE_OFFSET) * math.pi / 2) ** 2
    return (1.0 - curve[1:] / curve[:-1]).clamp(max=_BETA_MAX)


def build_schedule(config: ScheduleConfig) -> Schedule:
    """Tabulate the schedule of ``config``; alpha_bar has T + 1 entries, float64."""
    alpha_bar = torch.cumprod(1.0 - _betas(config), dim=0)
    return Schedule(torch.cat((torch.ones(1, dtype=torch.float64), alpha_bar)))


def spaced_timesteps(num_timesteps: int, steps: int) -> tuple[int, ...]:
    """``steps`` + 1 timesteps from T down to 0, evenly spaced, both ends included.

    Raises:
        ConfigError: ``steps`` is below 1 or above T.
    """
    if not 1 <= steps <= num_timesteps:
        raise ConfigError(f"steps: got {steps}, expected 1..{num_timesteps}")
    return tuple(round(num_timesteps * (steps - i) / steps) for i in range(steps + 1))


def log_snr_timesteps(schedule: Schedule, steps: int) -> tuple[int, ...]:
    """``steps`` + 1 timesteps down to 0, evenly spaced in half the log signal-to-noise ratio lambda.

    They begin where lambda is -5.1, below which there is nothing but noise, and come down to 0.3 % of T before 0:
    fine texture is made in the last few steps, which timesteps that are even in t jump over.

    Source: Lu et al., arXiv 2206.00927 (steps even in lambda); -5.1 is the clip that its authors use for cosine
    schedules. The 0.3 % are ours.

    Raises:
        ConfigError: ``steps`` is below 1 or above T.
    """
    last_of_all = spaced_timesteps(schedule.num_timesteps, steps)[-1]
    alpha_bar = schedule.alpha_bar[1:]
    log_snr = 0.5 * (alpha_bar.log() - torch.log1p(-alpha_bar))  # falls with t; entry 0 is t = 1
    first = max(steps, int((log_snr >= _LOWEST_LOG_SNR).sum()))
    last = min(max(1, round(schedule.num_timesteps * _LAST_SHARE)), first)
    wanted = torch.linspace(float(log_snr[first - 1]), float(log_snr[last - 1]), steps, dtype=torch.float64)
    nearest = (log_snr[None, :] - wanted[:, None]).abs().argmin(dim=1) + 1
    timesteps = [first]
    for i, t in enumerate(nearest.tolist()[1:], start=1):
        timesteps.append(max(min(t, timesteps[-1] - 1), steps - i))  # each lower than the one before
    return (*timesteps, last_of_all)
