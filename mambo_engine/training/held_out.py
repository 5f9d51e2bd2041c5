"""The loss on held-out images, always at the same examples, timesteps and noise: one number to compare by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch

from mambo_engine.config import StageConfig
from mambo_engine.diffusion.objective import channel_zero_loss
from mambo_engine.diffusion.schedule import Schedule
from mambo_engine.training.batches import Batch, Batches
from mambo_engine.training.examples import Examples
from mambo_engine.training.settings import TrainingConfig
from mambo_engine.types import Denoiser

FIRST = 1 << 40
"""Number of the iteration whose draws are kept for this: no run comes so far."""


def held_out_batches(examples: Examples, stage: StageConfig, training: TrainingConfig) -> list[Batch]:
    """Draw the fixed examples: timesteps spread evenly over 1..T, all labels and contexts as they are."""
    count = training.validation_examples
    plain = replace(training, batch=count, label_dropout=0.0, context_noise=0.0, workers=0)
    drawn = Batches(examples, stage, plain).draw(FIRST)
    steps = stage.schedule.num_timesteps
    t = torch.from_numpy(np.ceil((np.arange(count) + 0.5) / count * steps).astype(np.int64))
    parts = -(-count // training.batch)
    return list(replace(drawn, t=t).parts(parts))


@torch.no_grad()
def held_out_loss(
    denoiser: Denoiser, schedule: Schedule, batches: Sequence[Batch], *, prediction: str, device: torch.device
) -> float:
    """Mean loss over the fixed examples, in float32."""
    losses = []
    for batch in (part.to(device) for part in batches):
        found = channel_zero_loss(
            denoiser, schedule, batch.x, batch.t, batch.eps, prediction=prediction, labels=batch.labels
        )
        losses.append(found.cpu())
    return float(torch.cat(losses).mean().item())
