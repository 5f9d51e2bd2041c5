"""Makes a patch come out the same, to the last bit, whatever other patches share its batch.

Networks are the same sums in any batch, but libraries choose another order of summation for another batch size,
small ones above all. In batches of one size a patch is the same at every place and in every company. So each plan
here gives what batches of the full size give: where smaller ones are found to give the same, they are left as they
are, and the others are padded.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from mambo_engine.cascade.cascade import Cascade
from mambo_engine.cascade.sampling import Plan
from mambo_engine.cascade.seeds import patch_noise
from mambo_engine.cascade.stage import Stage

TRIED_BATCHES = (8, 4, 2, 1)
TRIED_SEED = 7
TRIED_GUIDANCE = 2.0  # the batch is doubled then


def plan_for_company(cascade: Cascade, plan: Plan | None = None) -> Plan:
    """A plan by which an image is bit-equal alone, in any company, and when it is gone on with.

    Tries some batches through each network: a second for a small one, on a processor.

    Args:
        cascade: that draws.
        plan: to start from; its batches are padded to the smallest size that is found to give what `max_batch`
            gives, and no batch is padded that is as large as that.
    """
    plan = plan or Plan()
    tried = [(stage, 1.0) for stage in cascade.stages.values()]
    tried += [(cascade.stages[name], TRIED_GUIDANCE) for name in cascade.defaults.guided_stages]
    least = max(smallest_batch(stage, plan.max_batch, guidance) for stage, guidance in tried)
    return replace(plan, buckets=() if least == 1 else (least,))


def smallest_batch(stage: Stage, most: int, guidance: float = 1.0) -> int:
    """The smallest tried batch from which on patches are bit-equal to those in a batch of `most`."""
    whole, least = estimate(stage, range(most), guidance), most
    for size in TRIED_BATCHES:
        if size < most:
            if not torch.equal(estimate(stage, range(size), guidance), whole[:size]):
                break
            least = size
    return least


def estimate(stage: Stage, numbers: range, guidance: float = 1.0) -> torch.Tensor:
    """Estimates (B, 1, s, s) of x_0 for made-up patches of these numbers, in the middle of the schedule."""
    s, channels = stage.geometry.patch_size, stage.config.network.in_channels
    patch = next(stage.grid.raster())
    noise = np.stack(
        [
            np.stack([patch_noise(TRIED_SEED + i, stage.name, patch, key, size=s) for key in range(channels)])
            for i in numbers
        ]
    )
    labels = [(1 + i % 2,) * len(stage.config.network.label_sizes) for i in numbers]
    predict = stage.predictor(noise[:, 1:], labels, guidance=guidance)
    with torch.inference_mode():
        return predict(torch.from_numpy(noise[:, :1]).to(stage.device), stage.schedule.num_timesteps // 2)
