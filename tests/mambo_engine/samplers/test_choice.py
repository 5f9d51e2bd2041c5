from __future__ import annotations

import pytest
import torch

from mambo_engine.config import ScheduleConfig
from mambo_engine.diffusion.schedule import build_schedule, spaced_timesteps
from mambo_engine.errors import ConfigError
from mambo_engine.samplers.choice import sampler_timesteps, sampler_update
from mambo_engine.samplers.trajectory import walk

SCHEDULE = build_schedule(ScheduleConfig(kind="cosine"))


def drawn_contrast(timesteps: tuple[int, ...], contrast: float) -> float:
    """Standard deviation that dpmpp_2m gives to Gaussian data of standard deviation `contrast`."""

    def predict(x_t: torch.Tensor, t: int) -> torch.Tensor:
        signal, noise = float(SCHEDULE.signal(t)), float(SCHEDULE.noise(t))
        return contrast**2 * signal / (contrast**2 * signal**2 + noise**2) * x_t

    unit = torch.ones(1, 1, 1, 1, dtype=torch.float64)
    return abs(float(walk(sampler_update("dpmpp_2m"), predict, SCHEDULE, timesteps, lambda _key: unit)))


def test_twenty_steps_keep_faint_texture_where_even_ones_lose_it() -> None:
    ours = drawn_contrast(sampler_timesteps("dpmpp_2m", SCHEDULE, 20), 0.05)
    even = drawn_contrast(spaced_timesteps(1000, 20), 0.05)
    assert ours == pytest.approx(0.05, rel=0.06)
    assert even < 0.035


@pytest.mark.parametrize("name", ["ddpm", "ddim"])
def test_the_papers_samplers_take_even_timesteps(name: str) -> None:
    assert sampler_timesteps(name, SCHEDULE, 150) == spaced_timesteps(1000, 150)


@pytest.mark.parametrize("name", ["ddim", "dpmpp_2m", "dpmpp_2m_sde"])
def test_more_steps_than_timesteps_are_refused(name: str) -> None:
    with pytest.raises(ConfigError, match=r"expected 1\.\.1000"):
        sampler_timesteps(name, SCHEDULE, 1001)


def test_unknown_sampler_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="expected one of ddpm, ddim, dpmpp_2m, dpmpp_2m_sde"):
        sampler_update("euler")
