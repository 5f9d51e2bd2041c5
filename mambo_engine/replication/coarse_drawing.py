"""Pictures of the first stages alone: an overview costs one patch, where the whole picture costs a hundred."""

from __future__ import annotations

from dataclasses import replace
from typing import Unpack

import numpy as np
from numpy.typing import NDArray

from mambo_engine.cascade.background import drawn_mask
from mambo_engine.cascade.cascade import Cascade
from mambo_engine.cascade.drawing import draw_together
from mambo_engine.cascade.options import DrawOptions, sampling_of
from mambo_engine.cascade.result import without_air
from mambo_engine.cascade.sampling import ImageRequest, Job
from mambo_engine.config import STAGES, label_indices, require
from mambo_engine.data.intensity import linear_from_network


def draw_until(
    cascade: Cascade, request: ImageRequest, stage: str, **options: Unpack[DrawOptions]
) -> NDArray[np.float32]:
    """Draw one picture up to a stage; the same pixels as the whole drawing gives at that scale.

    Args:
        cascade: the models.
        request: labels and seed.
        stage: global, local or patch: the last that is drawn.
        options: steps, guidance, sampler and so on; see `DrawOptions`.

    Returns:
        (N, N) on the linear scale, N the side of the stage's canvas.

    Raises:
        ConfigError: an unknown stage, label, value or sampler; before any work starts.
        SamplingError: a network gave values that are not finite.
    """
    require(stage in STAGES, f"stage: got {stage!r}, expected one of {', '.join(STAGES)}")
    sampling = sampling_of(options, cascade.defaults)
    sampling.check(min(one.schedule.num_timesteps for one in cascade.stages.values()))
    first = cascade.stages[STAGES[0]]
    job = Job(request.seed, label_indices(cascade.vocabulary, request.labels))
    for name in STAGES[: STAGES.index(stage) + 1]:  # type: ignore[arg-type]
        skips = sampling.plan.skip_background and job.coarser
        mask = drawn_mask(job.coarser[-1], first.intensity) if skips else None
        guided = name in cascade.defaults.guided_stages
        own = sampling if guided else replace(sampling, guidance=1.0)
        image = draw_together(cascade.stages[name], [replace(job, mask=mask)], own)[0]
        job = replace(job, coarser=(*job.coarser, image))
    return linear_from_network(without_air(job.coarser[-1], first.intensity), first.intensity)
