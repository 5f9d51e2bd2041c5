"""Ancestral sampling. Source: paper Alg. 2; Ho et al., arXiv 2006.11239, eq. 6-7, for any spacing of steps."""

from __future__ import annotations

import torch

from mambo_engine.diffusion.schedule import Schedule
from mambo_engine.samplers.trajectory import Step


def ddpm_update(schedule: Schedule, step: Step) -> torch.Tensor:
    """Draw from the posterior q(x_to | x_t, x_0); with neighboring timesteps this is the paper's step."""
    if step.to == 0:
        return step.x_0
    bar_t, bar_to = float(schedule.alpha_bar[step.t]), float(schedule.alpha_bar[step.to])
    alpha = bar_t / bar_to
    beta = 1.0 - alpha
    mean_x_0 = bar_to**0.5 * beta / (1.0 - bar_t)
    mean_x_t = alpha**0.5 * (1.0 - bar_to) / (1.0 - bar_t)
    variance = beta * (1.0 - bar_to) / (1.0 - bar_t)
    return mean_x_0 * step.x_0 + mean_x_t * step.x_t + variance**0.5 * step.draw()
