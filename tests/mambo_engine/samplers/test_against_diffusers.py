"""Our samplers against diffusers' schedulers, step by step: same model, timesteps and noise, both in float32.

diffusers counts timesteps from 0 to 999 where the paper counts from 1 to 1000.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from diffusers.schedulers import scheduling_ddpm
from diffusers.schedulers.scheduling_ddim import DDIMScheduler
from diffusers.schedulers.scheduling_ddpm import DDPMScheduler
from diffusers.schedulers.scheduling_dpmsolver_multistep import DPMSolverMultistepScheduler

from mambo_engine.config import ScheduleConfig
from mambo_engine.diffusion.process import eps_from_x_0, prediction_target, x_0_from_prediction
from mambo_engine.diffusion.schedule import build_schedule, spaced_timesteps
from mambo_engine.samplers.choice import sampler_update
from mambo_engine.samplers.trajectory import walk

# Of diffusers' own NumPy calls.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

SCHEDULE = build_schedule(ScheduleConfig())
SHAPE = (2, 1, 6, 6)
PREDICTIONS = {"eps": "epsilon", "x_0": "sample", "v": "v_prediction"}
LINEAR = {"num_train_timesteps": 1000, "beta_start": 1e-4, "beta_end": 0.02, "beta_schedule": "linear"}
SOLVER = {
    "solver_order": 2,
    "solver_type": "midpoint",
    "final_sigmas_type": "zero",
    "timestep_spacing": "trailing",
}


def noise(key: int) -> torch.Tensor:
    return torch.randn(SHAPE, generator=torch.Generator().manual_seed(key))


def model(x_t: torch.Tensor, t: int, prediction: str) -> torch.Tensor:
    """A smooth, curved network: the estimate for Gaussian data, bent, in the asked parametrization."""
    signal, spread = float(SCHEDULE.signal(t)), float(SCHEDULE.noise(t))
    x_0 = 0.2 + 0.3 * signal / (0.3 * signal**2 + spread**2) * (x_t - 0.2 * signal)
    x_0 = x_0 + 0.1 * torch.sin(3.0 * x_t + t / 150)
    return prediction_target(SCHEDULE, x_0, t, eps_from_x_0(SCHEDULE, x_t, t, x_0), prediction=prediction)


def our_path(sampler: str, steps: int, prediction: str, eta: float = 0.0) -> list[torch.Tensor]:
    path: list[torch.Tensor] = []

    def predict(x_t: torch.Tensor, t: int) -> torch.Tensor:
        path.append(x_t)
        return x_0_from_prediction(SCHEDULE, x_t, t, model(x_t, t, prediction), prediction=prediction)

    end = walk(sampler_update(sampler, eta=eta), predict, SCHEDULE, spaced_timesteps(1000, steps), noise)
    return [*path, end]


def their_path(
    scheduler: Any, steps: int, prediction: str, step: Callable[[torch.Tensor, int, torch.Tensor, int], Any]
) -> list[torch.Tensor]:
    scheduler.set_timesteps(steps)
    x_t, path = noise(0), [noise(0)]
    assert [int(t) + 1 for t in scheduler.timesteps] == list(spaced_timesteps(1000, steps)[:-1])
    for index, t in enumerate(scheduler.timesteps.tolist(), start=1):
        x_t = step(model(x_t, t + 1, prediction), t, x_t, 2 * index).prev_sample
        path.append(x_t)
    return path


def assert_same(ours: list[torch.Tensor], theirs: list[torch.Tensor]) -> None:
    assert len(ours) == len(theirs)
    for number, (a, b) in enumerate(zip(ours, theirs, strict=True)):
        torch.testing.assert_close(a, b, atol=1e-4, rtol=1e-4, msg=lambda text, n=number: f"step {n}: {text}")
    assert float((ours[0] - ours[-1]).abs().max()) > 0.5  # it went somewhere


@pytest.mark.parametrize("prediction", PREDICTIONS)
@pytest.mark.parametrize("eta", [0.0, 0.5, 1.0])
def test_ddim_takes_the_steps_of_diffusers(eta: float, prediction: str) -> None:
    scheduler = DDIMScheduler(
        **LINEAR, clip_sample=False, timestep_spacing="trailing", prediction_type=PREDICTIONS[prediction]
    )

    def step(output: torch.Tensor, t: int, x_t: torch.Tensor, key: int) -> Any:
        return scheduler.step(output, t, x_t, eta=eta, variance_noise=noise(key))

    assert_same(our_path("ddim", 50, prediction, eta), their_path(scheduler, 50, prediction, step))


@pytest.mark.parametrize("prediction", PREDICTIONS)
@pytest.mark.parametrize("steps", [1000, 100])
def test_ddpm_takes_the_steps_of_diffusers(steps: int, prediction: str, monkeypatch: pytest.MonkeyPatch) -> None:
    scheduler = DDPMScheduler(
        **LINEAR, clip_sample=False, timestep_spacing="trailing", prediction_type=PREDICTIONS[prediction]
    )

    def step(output: torch.Tensor, t: int, x_t: torch.Tensor, key: int) -> Any:
        monkeypatch.setattr(scheduling_ddpm, "randn_tensor", lambda *args, **kwargs: noise(key))
        return scheduler.step(output, t, x_t)

    assert_same(our_path("ddpm", steps, prediction), their_path(scheduler, steps, prediction, step))


@pytest.mark.parametrize("prediction", PREDICTIONS)
@pytest.mark.parametrize("steps", [10, 20, 50])
@pytest.mark.parametrize(
    ("sampler", "algorithm"), [("dpmpp_2m", "dpmsolver++"), ("dpmpp_2m_sde", "sde-dpmsolver++")]
)
def test_dpm_solver_takes_the_steps_of_diffusers(
    sampler: str, algorithm: str, steps: int, prediction: str
) -> None:
    scheduler = DPMSolverMultistepScheduler(
        **LINEAR, **SOLVER, algorithm_type=algorithm, prediction_type=PREDICTIONS[prediction]
    )

    def step(output: torch.Tensor, t: int, x_t: torch.Tensor, key: int) -> Any:
        return scheduler.step(output, t, x_t, variance_noise=noise(key))

    assert_same(our_path(sampler, steps, prediction), their_path(scheduler, steps, prediction, step))
