"""DPM-Solver++ of second order, multistep, and its stochastic variant, both on estimates of x_0.

Source: Lu et al., arXiv 2211.01095, Alg. 2 (2M) and app. D.1 (SDE). The first step and the step to t = 0 are of
first order: there is no history yet, and lambda is infinite at 0.
"""

from __future__ import annotations

import math

import torch

from mambo_engine.diffusion.schedule import Schedule
from mambo_engine.samplers.trajectory import Step


def _slope(schedule: Schedule, step: Step, h: float) -> torch.Tensor | None:
    """Half the change of x_0 over this step, extrapolated from the last one; None without history."""
    if not step.history:
        return None
    t_before, x_0_before = step.history[-1]
    h_before = schedule.log_snr_half(step.t) - schedule.log_snr_half(t_before)
    return 0.5 * h / h_before * (step.x_0 - x_0_before)


def dpmpp_2m_update(schedule: Schedule, step: Step) -> torch.Tensor:
    """Take one deterministic step: x_to = s_to / s_t x_t - a_to (exp(-h) - 1) D."""
    if step.to == 0:
        return step.x_0
    h = schedule.log_snr_half(step.to) - schedule.log_snr_half(step.t)
    slope = _slope(schedule, step, h)
    estimate = step.x_0 if slope is None else step.x_0 + slope
    ratio = float(schedule.noise(step.to)) / float(schedule.noise(step.t))
    return ratio * step.x_t - float(schedule.signal(step.to)) * math.expm1(-h) * estimate


def dpmpp_2m_sde_update(schedule: Schedule, step: Step) -> torch.Tensor:
    """Take one stochastic step; it forgets the noise of earlier steps as fast as the signal grows."""
    if step.to == 0:
        return step.x_0
    h = schedule.log_snr_half(step.to) - schedule.log_snr_half(step.t)
    slope = _slope(schedule, step, h)
    estimate = step.x_0 if slope is None else step.x_0 + slope
    noise_to, noise_t = float(schedule.noise(step.to)), float(schedule.noise(step.t))
    fresh = -math.expm1(-2.0 * h)
    x_to = noise_to / noise_t * math.exp(-h) * step.x_t + float(schedule.signal(step.to)) * fresh * estimate
    return x_to + noise_to * fresh**0.5 * step.draw()
