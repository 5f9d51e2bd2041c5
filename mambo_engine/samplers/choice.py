"""Table of samplers: our name, its step rule and its timesteps."""

from __future__ import annotations

from mambo_engine.config import SAMPLERS
from mambo_engine.diffusion.schedule import Schedule, log_snr_timesteps, spaced_timesteps
from mambo_engine.errors import ConfigError
from mambo_engine.samplers.ddim import ddim_update
from mambo_engine.samplers.ddpm import ddpm_update
from mambo_engine.samplers.dpm_solver import dpmpp_2m_sde_update, dpmpp_2m_update
from mambo_engine.samplers.trajectory import Update


def sampler_update(name: str, *, eta: float = 0.0) -> Update:
    """Return the step rule of the sampler `name`; `eta` counts for ddim only.

    Raises:
        ConfigError: there is no such sampler.
    """
    rules: dict[str, Update] = {
        "ddpm": ddpm_update,
        "ddim": ddim_update(eta),
        "dpmpp_2m": dpmpp_2m_update,
        "dpmpp_2m_sde": dpmpp_2m_sde_update,
    }
    if name not in rules:
        raise ConfigError(f"sampler: got {name!r}, expected one of {', '.join(SAMPLERS)}")
    return rules[name]


def sampler_timesteps(name: str, schedule: Schedule, steps: int) -> tuple[int, ...]:
    """``steps`` + 1 timesteps of the sampler `name`, falling to 0.

    The solvers of second order take theirs even in the log signal-to-noise ratio, on which they are built: with 14
    to 20 steps they are then about as near to the exact path as with 300 that are even in t (measured with the
    bundled model), and they keep the fine texture. DDPM and DDIM take theirs even in t, as the paper does.

    Raises:
        ConfigError: `steps` is below 1 or above T.
    """
    if name in ("dpmpp_2m", "dpmpp_2m_sde"):
        return log_snr_timesteps(schedule, steps)
    return spaced_timesteps(schedule.num_timesteps, steps)
