"""Solvers against a case with a known answer: Gaussian data, where the best estimate of x_0 is a formula."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from mambo_engine.config import SAMPLERS, ScheduleConfig
from mambo_engine.diffusion.process import noised
from mambo_engine.diffusion.schedule import build_schedule, spaced_timesteps
from mambo_engine.errors import ConfigError
from mambo_engine.samplers.choice import sampler_update
from mambo_engine.samplers.known_pixels import KnownPixels
from mambo_engine.samplers.trajectory import walk

SCHEDULE = build_schedule(ScheduleConfig(kind="cosine"))
MEAN, DEVIATION = 0.3, 0.5


def best_estimate(x_t: torch.Tensor, t: int) -> torch.Tensor:
    signal, noise = float(SCHEDULE.signal(t)), float(SCHEDULE.noise(t))
    gain = DEVIATION**2 * signal / (DEVIATION**2 * signal**2 + noise**2)
    return MEAN + gain * (x_t - signal * MEAN)


def noise_source(shape: tuple[int, ...]) -> Callable[[int], torch.Tensor]:
    def noise(key: int) -> torch.Tensor:
        return torch.randn(shape, generator=torch.Generator().manual_seed(key), dtype=torch.float64)

    return noise


def sampled(name: str, steps: int, *, eta: float = 0.0, shape: tuple[int, ...] = (1, 1, 100, 100)) -> torch.Tensor:
    timesteps = spaced_timesteps(1000, steps)
    return walk(sampler_update(name, eta=eta), best_estimate, SCHEDULE, timesteps, noise_source(shape))


def deterministic_error(name: str, steps: int) -> float:
    exact = MEAN + DEVIATION * noise_source((1, 1, 100, 100))(0)
    return float((sampled(name, steps) - exact).abs().mean())


def test_dpmpp_2m_follows_the_exact_path_and_beats_ddim_at_equal_steps() -> None:
    assert deterministic_error("dpmpp_2m", 50) < 0.01
    assert deterministic_error("dpmpp_2m", 20) < deterministic_error("ddim", 20)


def test_ddim_converges_to_the_exact_path() -> None:
    assert deterministic_error("ddim", 1000) < 0.002
    assert deterministic_error("ddim", 100) < deterministic_error("ddim", 25)


@pytest.mark.parametrize(("name", "steps"), [("ddpm", 1000), ("ddpm", 200), ("dpmpp_2m_sde", 50)])
def test_stochastic_samplers_draw_from_the_data_distribution(name: str, steps: int) -> None:
    drawn = sampled(name, steps, shape=(1, 1, 200, 200))
    assert float(drawn.mean()) == pytest.approx(MEAN, abs=0.01)
    assert float(drawn.std()) == pytest.approx(DEVIATION, rel=0.02)


def test_ddpm_equals_ddim_with_eta_one() -> None:
    torch.testing.assert_close(sampled("ddpm", 40), sampled("ddim", 40, eta=1.0), atol=1e-9, rtol=1e-9)


@pytest.mark.parametrize("redraw", [False, True])
@pytest.mark.parametrize("name", SAMPLERS)
def test_known_pixels_come_back_bit_equal_and_stay_on_their_path(name: str, redraw: bool) -> None:
    shape = (2, 1, 8, 8)
    values = torch.linspace(-1, 1, 128, dtype=torch.float64).reshape(shape)
    mask = torch.zeros(shape, dtype=torch.bool)
    mask[:, :, :3] = True
    noise, seen = noise_source(shape), []

    def predict(x_t: torch.Tensor, t: int) -> torch.Tensor:
        seen.append((t, x_t))
        return best_estimate(x_t, t)

    known = KnownPixels(mask, values, redraw=redraw)
    timesteps = spaced_timesteps(1000, 6)
    x_0 = walk(sampler_update(name), predict, SCHEDULE, timesteps, noise, known=known)
    assert torch.equal(x_0[mask], values[mask])
    for index, (t, x_t) in enumerate(seen):
        key = 2 * index + 1 if redraw and index else 0
        assert torch.equal(x_t[mask], noised(SCHEDULE, values, t, noise(key))[mask])


def test_deterministic_solvers_stay_on_the_known_path_by_themselves() -> None:
    """With x_0 pinned, replacing x_t changes nothing: the history never pulls the overlap."""
    shape = (1, 1, 4, 4)
    noise, values = noise_source(shape), torch.full(shape, 0.7, dtype=torch.float64)
    for name in ("ddim", "dpmpp_2m"):
        x = walk(sampler_update(name), lambda x_t, t: values, SCHEDULE, (1000, 700, 400, 100, 0), noise)
        torch.testing.assert_close(x, values)
        path: list[torch.Tensor] = []

        def constant(x_t: torch.Tensor, t: int, path: list[torch.Tensor] = path) -> torch.Tensor:
            path.append(x_t - noised(SCHEDULE, values, t, noise(0)))
            return values

        start = noised(SCHEDULE, values, 1000, noise(0))
        walk(sampler_update(name), constant, SCHEDULE, (1000, 700, 400, 100, 0), noise, start=start)
        assert max(float(gap.abs().max()) for gap in path) < 1e-9


def test_walk_tells_each_step_and_refuses_timesteps_that_do_not_fall_to_zero() -> None:
    told: list[tuple[int, int]] = []
    noise = noise_source((1, 1, 2, 2))
    walk(
        sampler_update("ddim"),
        best_estimate,
        SCHEDULE,
        (1000, 500, 0),
        noise,
        on_step=lambda done, steps: told.append((done, steps)),
    )
    assert told == [(1, 2), (2, 2)]
    with pytest.raises(ConfigError, match="falling"):
        walk(sampler_update("ddim"), best_estimate, SCHEDULE, (1000, 0, 500), noise)


def test_sampler_update_names_the_known_samplers() -> None:
    with pytest.raises(ConfigError, match="expected one of ddpm, ddim"):
        sampler_update("euler")
