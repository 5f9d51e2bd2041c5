from __future__ import annotations

import torch

from mambo_engine.config import ScheduleConfig
from mambo_engine.diffusion.objective import channel_zero_loss
from mambo_engine.diffusion.schedule import build_schedule

SCHEDULE = build_schedule(ScheduleConfig())


def test_loss_counts_channel_zero_only_and_contexts_enter_clean() -> None:
    seen: list[torch.Tensor] = []

    def denoiser(x: torch.Tensor, t: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        seen.append(x)
        return torch.cat((eps, torch.full_like(x[:, 1:], 99.0)), dim=1)

    x, eps = torch.randn(2, 3, 4, 4), torch.randn(2, 1, 4, 4)
    loss = channel_zero_loss(denoiser, SCHEDULE, x, torch.tensor([1, 999]), eps, prediction="eps")
    assert loss.shape == (2,)
    assert float(loss.abs().max()) == 0.0
    assert torch.equal(seen[0][:, 1:], x[:, 1:])
    assert not torch.allclose(seen[0][:, :1], x[:, :1])
