"""Exact mean and variance of what each sampler draws for Gaussian data, without drawing.

For Gaussian data the best estimate is affine, so every sampler's result is m + sum a_i z_i with independent z_i.
One walk with a unit impulse of each z_i in its own batch entry gives all a_i; the variance is the sum of squares.
"""

from __future__ import annotations

import pytest
import torch

from mambo_engine.config import ScheduleConfig
from mambo_engine.diffusion.process import prediction_target
from mambo_engine.diffusion.schedule import build_schedule, spaced_timesteps
from mambo_engine.samplers.choice import sampler_update
from mambo_engine.samplers.guidance import GuidedPredictor
from mambo_engine.samplers.trajectory import walk

MEAN, DEVIATION = 0.3, 0.5


def moments(sampler: str, steps: int, *, prediction: str = "v", kind: str = "cosine", eta: float = 0.0):  # type: ignore[no-untyped-def]
    """Mean and standard deviation of the result."""
    schedule = build_schedule(ScheduleConfig(kind=kind))  # type: ignore[arg-type]

    def denoiser(x: torch.Tensor, t: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        step, x_t = int(t[0]), x.double()
        signal, noise = float(schedule.signal(step)), float(schedule.noise(step))
        gain = DEVIATION**2 * signal / (DEVIATION**2 * signal**2 + noise**2)
        x_0 = MEAN + gain * (x_t - signal * MEAN)
        return prediction_target(schedule, x_0, step, (x_t - signal * x_0) / noise, prediction=prediction)

    count = steps + 1  # the start and one draw a step
    predictor = GuidedPredictor(denoiser, schedule, prediction, torch.zeros(count + 1, 0, 1, 1))

    def impulse(key: int) -> torch.Tensor:
        unit = torch.zeros(count + 1, 1, 1, 1)
        unit[key // 2] = 1.0
        return unit

    update, timesteps = sampler_update(sampler, eta=eta), spaced_timesteps(1000, steps)
    result = walk(update, predictor, schedule, timesteps, impulse).flatten().double()
    mean, responses = result[-1], result[:-1] - result[-1]
    return float(mean), float(responses.square().sum().sqrt())


@pytest.mark.parametrize("kind", ["linear", "cosine"])
@pytest.mark.parametrize("prediction", ["eps", "x_0", "v"])
@pytest.mark.parametrize(
    ("sampler", "eta", "steps"),
    [
        ("ddpm", 0.0, 1000),
        ("ddim", 0.0, 1000),
        ("ddim", 0.5, 1000),
        ("dpmpp_2m", 0.0, 100),
        ("dpmpp_2m_sde", 0.0, 200),
    ],
)
def test_samplers_draw_the_datas_mean_and_deviation(
    sampler: str, eta: float, steps: int, prediction: str, kind: str
) -> None:
    mean, deviation = moments(sampler, steps, prediction=prediction, kind=kind, eta=eta)
    assert mean == pytest.approx(MEAN, abs=0.003)
    assert deviation == pytest.approx(DEVIATION, rel=0.01)


@pytest.mark.parametrize(
    ("sampler", "gain"), [("ddpm", 1.7), ("ddim", 1.7), ("dpmpp_2m", 2.5), ("dpmpp_2m_sde", 2.5)]
)
def test_twice_the_steps_divide_the_error_by_the_order_of_the_sampler(sampler: str, gain: float) -> None:
    coarse, fine = (abs(moments(sampler, steps)[1] - DEVIATION) for steps in (50, 100))
    assert coarse > gain * fine
