"""Contracts between rooms: what a denoiser is, what a step callback gets, where noise comes from."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import torch


class Denoiser(Protocol):
    """A network that predicts eps, x_0 or v from a noised patch and its clean context channels."""

    def __call__(self, x: torch.Tensor, t: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        """Predict from ``x`` (B, C, H, W), ``t`` (B,) in 1..T and ``labels`` (B, fields), 0 = null."""
        ...


class CleanPredictor(Protocol):
    """A function of (x_t, t) that returns the estimate of x_0; all a sampler needs to know."""

    def __call__(self, x_t: torch.Tensor, t: int) -> torch.Tensor:
        """Return x_0 (B, 1, H, W) for the noised channel ``x_t`` (B, 1, H, W) at step ``t``."""
        ...


NoiseSource = Callable[[int], "torch.Tensor"]
"""Noise of one sampler step, (B, 1, H, W); step 0 is the fixed noise eps_0 of each patch."""

OnStep = Callable[[int, int], None]
"""Called with (steps done, steps in all) after each sampler step; may raise to stop."""
