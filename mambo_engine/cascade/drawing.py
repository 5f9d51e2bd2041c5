"""Fills the canvases of one or several images in one stage, batch by batch of independent patches.

Source: paper sec. 3.2.2. The paper draws patches one by one; the result here is the same to rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from mambo_engine.cascade.denoising import Cell, denoise
from mambo_engine.cascade.events import OnPatch, PatchEvent, ShouldStop
from mambo_engine.cascade.frontier import Wanted, next_batch
from mambo_engine.cascade.grid import Patch
from mambo_engine.cascade.sampling import Job, Sampling
from mambo_engine.cascade.stage import Stage
from mambo_engine.cascade.stitching import StageCanvas
from mambo_engine.data.intensity import linear_from_network

OnBatch = Callable[[Sequence[StageCanvas]], None]
"""Called with the canvases after each batch of patches; what they hold is the whole progress of the stage."""


def draw_together(
    stage: Stage,
    jobs: Sequence[Job],
    sampling: Sampling,
    *,
    canvases: Sequence[StageCanvas] | None = None,
    on_patch: OnPatch | None = None,
    on_batch: OnBatch | None = None,
    should_stop: ShouldStop | None = None,
    wanted: Wanted | None = None,
) -> list[NDArray[np.float32]]:
    """Draw the stage for all jobs in lockstep; return one network image (N, N) per job.

    Args:
        stage: network, grid and schedule.
        jobs: the images.
        sampling: sampler, steps, guidance and plan.
        canvases: what is drawn already; by default nothing.
        on_patch: told of each finished patch.
        on_batch: told after each batch.
        should_stop: asked before every solver step.
        wanted: asked before each batch which images go on; the others stay as far as they are.

    Raises:
        Cancelled: `should_stop` returned true.
        SamplingError: the network gave values that are not finite.
    """
    canvases = new_canvases(stage, jobs) if canvases is None else canvases
    for items in iter(lambda: next_batch(canvases, sampling.plan, wanted), []):
        cells = [Cell(jobs[i], canvases[i], patch) for i, patch in items]
        for (image, patch), values in zip(items, denoise(stage, cells, sampling, should_stop), strict=True):
            canvases[image].write(patch, values)
            if on_patch is not None:
                on_patch(patch_event(stage, canvases[image], patch, image=image))
        if on_batch is not None:
            on_batch(canvases)
    return [canvas.pixels for canvas in canvases]


def new_canvases(stage: Stage, jobs: Sequence[Job]) -> list[StageCanvas]:
    """One empty canvas per job."""
    return [StageCanvas(stage.grid, job.mask, stage.intensity.background) for job in jobs]


def patch_event(stage: Stage, canvas: StageCanvas, patch: Patch, *, image: int) -> PatchEvent:
    """What a caller is told of `patch`, just written on `canvas`."""
    grid = stage.grid
    return PatchEvent(
        stage=stage.name,
        wave=patch.wave,
        waves=2 * len(grid.positions) - 1,
        done=int(canvas.done.sum()),
        total=int(canvas.wanted.sum()),
        row=patch.row,
        column=patch.column,
        box=grid.box(patch),
        pixels=linear_from_network(canvas.region(patch), stage.intensity),
        image=image,
    )
