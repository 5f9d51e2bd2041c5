"""The training loss: mean squared error on channel 0, contexts enter clean.

Source: paper sec. 3.2.1, Alg. 1. The public code restricts only its L1 loss to channel 0; ours always does.
"""

from __future__ import annotations

import torch

from mambo_engine.diffusion.process import noised, prediction_target
from mambo_engine.diffusion.schedule import Schedule
from mambo_engine.types import Denoiser


def channel_zero_loss(
    denoiser: Denoiser,
    schedule: Schedule,
    x: torch.Tensor,
    t: torch.Tensor,
    eps: torch.Tensor,
    *,
    prediction: str,
    labels: torch.Tensor | None = None,
) -> torch.Tensor:
    """Loss per example, shape (B,), float32.

    Args:
        denoiser: predicts from (B, C, H, W); only channel 0 of its output counts.
        schedule: noise schedule.
        x: clean channels (B, C, H, W); channel 0 is the target, the others are contexts.
        t: timesteps (B,) in 1..T.
        eps: standard normal noise (B, 1, H, W).
        prediction: eps, x_0 or v.
        labels: label indices (B, fields), 0 = null, or None.
    """
    x_0 = x[:, :1]
    x_t = noised(schedule, x_0, t, eps)
    output = denoiser(torch.cat((x_t, x[:, 1:]), dim=1), t, labels)[:, :1].float()
    target = prediction_target(schedule, x_0, t, eps, prediction=prediction)
    return (output - target).square().mean(dim=(1, 2, 3))
