from __future__ import annotations

import itertools
import math

import pytest
import torch

from mambo_engine.config import ScheduleConfig
from mambo_engine.diffusion.schedule import build_schedule, log_snr_timesteps, spaced_timesteps
from mambo_engine.errors import ConfigError


@pytest.mark.parametrize("kind", ["linear", "cosine"])
def test_alpha_bar_falls_from_one_over_all_timesteps(kind: str) -> None:
    schedule = build_schedule(ScheduleConfig(kind=kind))  # type: ignore[arg-type]
    assert schedule.num_timesteps == 1000
    assert schedule.alpha_bar.dtype == torch.float64
    assert float(schedule.alpha_bar[0]) == 1.0
    assert bool((schedule.alpha_bar[1:] < schedule.alpha_bar[:-1]).all())
    assert 0 < float(schedule.alpha_bar[-1]) < 1e-4


def test_linear_schedule_has_the_known_ends() -> None:
    schedule = build_schedule(ScheduleConfig())
    assert float(schedule.alpha_bar[1]) == pytest.approx(1 - 1e-4, abs=1e-12)
    assert float(schedule.alpha_bar[1000]) == pytest.approx(4.0358e-5, rel=1e-3)


def test_log_snr_half_is_the_log_of_signal_over_noise() -> None:
    schedule = build_schedule(ScheduleConfig())
    ratio = float(schedule.signal(500) / schedule.noise(500))
    assert schedule.log_snr_half(500) == pytest.approx(math.log(ratio))
    assert schedule.log_snr_half(0) == math.inf


@pytest.mark.parametrize("steps", [1, 7, 20, 1000])
def test_spaced_timesteps_fall_from_all_to_zero(steps: int) -> None:
    timesteps = spaced_timesteps(1000, steps)
    assert (timesteps[0], timesteps[-1], len(timesteps)) == (1000, 0, steps + 1)
    assert all(a > b for a, b in itertools.pairwise(timesteps))


@pytest.mark.parametrize("steps", [0, 1001])
def test_spaced_timesteps_refuse_impossible_counts(steps: int) -> None:
    with pytest.raises(ConfigError, match=r"expected 1\.\.1000"):
        spaced_timesteps(1000, steps)


@pytest.mark.parametrize("kind", ["linear", "cosine"])
@pytest.mark.parametrize("num_timesteps", [4, 10, 1000])
def test_log_snr_timesteps_fall_to_zero_for_every_count(kind: str, num_timesteps: int) -> None:
    schedule = build_schedule(ScheduleConfig(kind=kind, num_timesteps=num_timesteps))  # type: ignore[arg-type]
    for steps in {1, 2, 3, 4, num_timesteps // 2, num_timesteps}:
        timesteps = log_snr_timesteps(schedule, steps)
        assert len(timesteps) == steps + 1
        assert timesteps[-1] == 0
        assert timesteps[0] <= num_timesteps
        assert all(a > b for a, b in itertools.pairwise(timesteps))


def test_log_snr_timesteps_are_even_in_the_log_snr() -> None:
    schedule = build_schedule(ScheduleConfig(kind="cosine"))
    timesteps = log_snr_timesteps(schedule, 12)
    ratios = [schedule.log_snr_half(t) for t in timesteps[:-1]]
    assert ratios[0] == pytest.approx(-5.1, abs=0.2)
    assert timesteps[-2] == 3
    gaps = [b - a for a, b in itertools.pairwise(ratios)]
    assert max(gaps) < 1.3 * min(gaps)


def test_log_snr_timesteps_refuse_impossible_counts() -> None:
    with pytest.raises(ConfigError, match=r"expected 1\.\.1000"):
        log_snr_timesteps(build_schedule(ScheduleConfig()), 1001)
