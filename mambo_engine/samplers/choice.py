"""Table of samplers: our name and its step rule."""

from __future__ import annotations

from mambo_engine.config import SAMPLERS
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
