"""DDIM. Source: Song et al., arXiv 2010.02502, eq. 12 and 16; the paper's ablations use 150 steps."""

from __future__ import annotations

import torch

from mambo_engine.diffusion.process import eps_from_x_0
from mambo_engine.diffusion.schedule import Schedule
from mambo_engine.samplers.trajectory import Step, Update


def ddim_update(eta: float) -> Update:
    """Return the step rule for `eta`: 0 is deterministic, 1 has the noise of ancestral sampling."""

    def update(schedule: Schedule, step: Step) -> torch.Tensor:
        if step.to == 0:
            return step.x_0
        bar_t, bar_to = float(schedule.alpha_bar[step.t]), float(schedule.alpha_bar[step.to])
        sigma = eta * ((1.0 - bar_to) / (1.0 - bar_t) * (1.0 - bar_t / bar_to)) ** 0.5
        eps = eps_from_x_0(schedule, step.x_t, step.t, step.x_0)
        x_to = bar_to**0.5 * step.x_0 + max(0.0, 1.0 - bar_to - sigma**2) ** 0.5 * eps
        return x_to + sigma * step.draw() if eta else x_to

    return update
