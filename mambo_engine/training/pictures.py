"""A picture of what a stage draws on the way: contexts, what is there, and what the network makes of it."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from mambo_engine.cascade.stage import Stage
from mambo_engine.data.intensity import linear_from_network
from mambo_engine.samplers.choice import sampler_timesteps, sampler_update
from mambo_engine.samplers.trajectory import walk
from mambo_engine.training.batches import Batch

SAMPLER, STEPS = "dpmpp_2m", 20


def drawn_picture(stage: Stage, batch: Batch) -> NDArray[np.uint8]:
    """Draw each example anew from its contexts, labels and noise.

    Args:
        stage: with the network to draw with.
        batch: examples; their noise is the start, so pictures of one run can be compared.

    Returns:
        Gray picture, one row an example: contexts, the real patch, the drawn one.
    """
    eps = batch.eps.to(stage.device)
    labels = [] if batch.labels is None else [tuple(row) for row in batch.labels.tolist()]
    predict = stage.predictor(batch.x[:, 1:].numpy(), labels)
    timesteps = sampler_timesteps(SAMPLER, stage.schedule, min(STEPS, stage.schedule.num_timesteps))
    with torch.inference_mode():
        drawn = walk(sampler_update(SAMPLER), predict, stage.schedule, timesteps, lambda _key: eps)
    columns = [batch.x[:, index] for index in (*range(1, batch.x.shape[1]), 0)]
    rows = torch.cat([*columns, drawn[:, 0].float().cpu()], dim=2).numpy()
    linear = linear_from_network(np.concatenate(list(rows)), stage.intensity)
    return np.rint(255 * linear).astype(np.uint8)
