from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from mambo_engine.anomaly.healthy import healthy_counterparts, partial_timesteps
from mambo_engine.anomaly.settings import AnomalySettings
from mambo_engine.cascade.cascade import Cascade
from mambo_engine.cascade.stage import Stage
from mambo_engine.errors import Cancelled, ConfigError, DataError, SamplingError

IMAGE = np.linspace(0, 1, 256, dtype=np.float32).reshape(16, 16)


@pytest.fixture
def stage(tiny_cascade: Cascade) -> Stage:
    return tiny_cascade.stages["global"]


def perfect(stage: Stage, image: np.ndarray) -> Stage:
    """A stage whose network knows the image: its v leads back to it from every x_t."""
    from mambo_engine.data.intensity import network_from_linear

    x_0 = torch.from_numpy(network_from_linear(image, stage.intensity))[None, None]

    def denoiser(x: torch.Tensor, t: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        signal, noise = (f(int(t[0])).float() for f in (stage.schedule.signal, stage.schedule.noise))
        return (signal * x[:, :1] - x_0) / noise

    return replace(stage, denoiser=denoiser)


@pytest.mark.parametrize("sampler", ["ddpm", "ddim", "dpmpp_2m", "dpmpp_2m_sde"])
def test_a_network_that_knows_the_image_gives_it_back(stage: Stage, sampler: str) -> None:
    settings = AnomalySettings(noise_level=600, draws=2, sampler=sampler)
    drawn = healthy_counterparts(perfect(stage, IMAGE), IMAGE, settings=settings, steps=10, seed=1)
    assert drawn.shape == (2, 16, 16)
    assert np.allclose(drawn, IMAGE, atol=2e-3)


def test_a_lower_noise_level_stays_closer_to_the_image(stage: Stage) -> None:
    distances = [
        np.abs(
            healthy_counterparts(stage, IMAGE, settings=AnomalySettings(noise_level=level), steps=20, seed=1)
            - IMAGE
        ).mean()
        for level in (10, 300, 900)
    ]
    assert distances == sorted(distances)


def test_a_draw_depends_on_seed_and_number_alone(stage: Stage) -> None:
    def drawn(draws: int, seed: int) -> np.ndarray:
        settings = AnomalySettings(noise_level=500, draws=draws, sampler="ddpm")
        return healthy_counterparts(stage, IMAGE, settings=settings, steps=8, seed=seed)

    many = drawn(18, 3)
    assert np.allclose(many[0], drawn(1, 3)[0], atol=1e-5)
    assert not np.allclose(many[0], many[1], atol=1e-3)
    assert not np.allclose(many[0], drawn(1, 4)[0], atol=1e-3)


def test_ddpm_with_every_step_walks_down_from_lambda(stage: Stage) -> None:
    timesteps = partial_timesteps(stage.schedule, AnomalySettings(noise_level=700, sampler="ddpm"), 1000)
    assert timesteps == tuple(range(700, -1, -1))


@pytest.mark.parametrize("sampler", ["ddpm", "dpmpp_2m"])
@pytest.mark.parametrize("level", [1, 2, 350, 1000])
def test_timesteps_fall_from_lambda_to_zero(stage: Stage, sampler: str, level: int) -> None:
    timesteps = partial_timesteps(stage.schedule, AnomalySettings(noise_level=level, sampler=sampler), 20)
    assert timesteps[0] == level
    assert timesteps[-1] == 0
    assert list(timesteps) == sorted(set(timesteps), reverse=True)


def test_a_noise_level_above_the_schedule_is_refused(stage: Stage) -> None:
    with pytest.raises(ConfigError, match=r"got 1001, expected 1\.\.1000"):
        healthy_counterparts(stage, IMAGE, settings=AnomalySettings(noise_level=1001), steps=5, seed=0)


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (IMAGE[:8], "got shape"),
        (np.where(IMAGE > 0.5, np.nan, IMAGE), "NaN"),
        (IMAGE * 2, r"expected 0\.\.1"),
    ],
)
def test_other_images_are_refused(stage: Stage, image: np.ndarray, message: str) -> None:
    with pytest.raises(DataError, match=message):
        healthy_counterparts(stage, image, settings=AnomalySettings(), steps=5, seed=0)


def test_it_stops_when_asked_and_names_a_broken_network(stage: Stage) -> None:
    with pytest.raises(Cancelled):
        healthy_counterparts(stage, IMAGE, settings=AnomalySettings(), steps=5, seed=0, should_stop=lambda: True)
    broken = replace(stage, denoiser=lambda x, t, labels=None: x[:, :1] * float("nan"))
    with pytest.raises(SamplingError, match="stage global"):
        healthy_counterparts(broken, IMAGE, settings=AnomalySettings(), steps=5, seed=0)
