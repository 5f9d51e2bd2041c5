"""One stage of the cascade: fills the canvases of one or several images, wave by wave.

Source: paper sec. 3.2.2. The paper draws patches one by one in raster order; patches of one wave do not depend on
each other, so a wave is a batch here, with the same result to rounding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray

from mambo_engine.cascade.context import Canvas, stage_contexts
from mambo_engine.cascade.events import OnPatch, PatchEvent, ShouldStop
from mambo_engine.cascade.grid import Grid, Patch
from mambo_engine.cascade.sampling import Job, Sampling
from mambo_engine.cascade.seeds import patch_noise
from mambo_engine.cascade.stitching import StageCanvas
from mambo_engine.config import GeometryConfig, IntensityConfig, StageConfig
from mambo_engine.data.intensity import BACKGROUND, linear_from_network
from mambo_engine.diffusion.schedule import Schedule, build_schedule, spaced_timesteps
from mambo_engine.errors import Cancelled
from mambo_engine.samplers.choice import sampler_update
from mambo_engine.samplers.guidance import GuidedPredictor
from mambo_engine.samplers.known_pixels import KnownPixels
from mambo_engine.samplers.trajectory import walk
from mambo_engine.types import Denoiser


@dataclass(frozen=True)
class Stage:
    """A trained network with everything that says how it is used.

    Attributes:
        name: global, local or patch.
        config: network, schedule and prediction.
        denoiser: the network.
        geometry: of the cascade.
        intensity: of the bundle; events carry linear values.
        device: where the network lies.
        bf16: run the network in bfloat16.
    """

    name: str
    config: StageConfig
    denoiser: Denoiser
    geometry: GeometryConfig
    intensity: IntensityConfig
    device: torch.device
    bf16: bool = False

    @cached_property
    def schedule(self) -> Schedule:
        """The tabulated noise schedule."""
        return build_schedule(self.config.schedule)

    @cached_property
    def grid(self) -> Grid:
        """Positions of the patches; the global stage has one."""
        overlap = 0 if self.name == "global" else self.geometry.overlap
        return Grid(self.geometry.canvas_size(self.name), self.geometry.patch_size, overlap)

    def draw(
        self,
        coarser: tuple[Canvas, ...],
        labels: tuple[int, ...],
        sampling: Sampling,
        *,
        mask: NDArray[np.bool_] | None = None,
        on_patch: OnPatch | None = None,
        should_stop: ShouldStop | None = None,
    ) -> Canvas:
        """Draw this stage of one image; see `draw_together`."""
        job = Job(sampling.seed, labels, coarser, mask if sampling.plan.skip_background else None)
        return draw_together(self, [job], sampling, on_patch=on_patch, should_stop=should_stop)[0]


Item = tuple[int, Patch]


def _batches(stage: Stage, canvases: Sequence[StageCanvas], sampling: Sampling) -> Iterator[list[Item]]:
    """Independent patches to draw together: (image number, patch), wave by wave."""
    grid = stage.grid
    raster = sampling.plan.order == "raster"
    waves = [(patch,) for patch in grid.raster()] if raster else list(grid.waves())
    size = 1 if raster else sampling.plan.max_batch
    for wave in waves:
        items = [(i, patch) for patch in wave for i, canvas in enumerate(canvases) if canvas.wants(patch)]
        for first in range(0, len(items), size):
            yield items[first : first + size]


def draw_together(
    stage: Stage,
    jobs: Sequence[Job],
    sampling: Sampling,
    *,
    on_patch: OnPatch | None = None,
    should_stop: ShouldStop | None = None,
) -> list[Canvas]:
    """Draw the stage for all jobs in lockstep; return one network image (N, N) per job.

    Raises:
        Cancelled: `should_stop` returned true; it is asked before every solver step.
    """
    grid = stage.grid
    canvases = [StageCanvas(grid, job.mask) for job in jobs]
    totals = [sum(canvas.wants(patch) for patch in grid.raster()) for canvas in canvases]
    done = [0] * len(jobs)
    for items in _batches(stage, canvases, sampling):
        patches = _draw(stage, [(jobs[i], canvases[i], patch) for i, patch in items], sampling, should_stop)
        for (image, patch), values in zip(items, patches, strict=True):
            canvases[image].write(patch, values)
            done[image] += 1
            if on_patch is not None:
                event = PatchEvent(
                    stage=stage.name,
                    wave=patch.wave,
                    waves=2 * len(grid.positions) - 1,
                    done=done[image],
                    total=totals[image],
                    row=patch.row,
                    column=patch.column,
                    box=grid.box(patch),
                    pixels=linear_from_network(values, stage.intensity),
                    image=image,
                )
                on_patch(event)
    return [canvas.pixels for canvas in canvases]


def _draw(
    stage: Stage,
    batch: Sequence[tuple[Job, StageCanvas, Patch]],
    sampling: Sampling,
    should_stop: ShouldStop | None,
) -> NDArray[np.float32]:
    """Denoise one batch of patches: network values (B, s, s), known pixels bit-equal to the canvas."""
    device, size = stage.device, stage.geometry.patch_size

    def noise(key: int) -> torch.Tensor:
        drawn = [patch_noise(job.seed, stage.name, patch, key, size=size) for job, _, patch in batch]
        return torch.from_numpy(np.stack(drawn))[:, None].to(device)

    def ask(_done: int = 0, _steps: int = 0) -> None:
        if should_stop is not None and should_stop():
            raise Cancelled(f"stopped in stage {stage.name}")

    ask()
    known = np.stack([stage.grid.known(patch) for _, _, patch in batch])
    values = np.stack([canvas.region(patch) for _, canvas, patch in batch])
    with torch.inference_mode():
        x_0 = walk(
            sampler_update(sampling.sampler, eta=sampling.eta),
            _predictor(stage, batch, sampling),
            stage.schedule,
            spaced_timesteps(stage.schedule.num_timesteps, sampling.steps),
            noise,
            known=KnownPixels(
                torch.from_numpy(known)[:, None].to(device),
                torch.from_numpy(values)[:, None].to(device),
                redraw=sampling.redraw_known,
            ),
            on_step=ask,
        )
    return np.asarray(x_0[:, 0].clamp(-1.0, 1.0).cpu().numpy(), dtype=np.float32)


def _predictor(
    stage: Stage, batch: Sequence[tuple[Job, StageCanvas, Patch]], sampling: Sampling
) -> GuidedPredictor:
    s = stage.geometry.patch_size
    rows = []
    for job, _, patch in batch:
        contexts = stage_contexts(
            stage.name,
            job.coarser,
            stage.grid.box(patch),
            stage.geometry,
            background=BACKGROUND,
            aligned=stage.config.aligned_context,
        )
        rows.append(np.stack(contexts) if contexts else np.zeros((0, s, s), dtype=np.float32))
    labels = None
    if stage.config.network.label_sizes:
        labels = torch.tensor([job.labels for job, _, _ in batch], dtype=torch.long, device=stage.device)
    return GuidedPredictor(
        denoiser=stage.denoiser,
        schedule=stage.schedule,
        prediction=stage.config.prediction,
        contexts=torch.from_numpy(np.stack(rows)).to(stage.device),
        labels=labels,
        # The later stages follow the picture; a second pass for their labels would double the time.
        guidance=sampling.guidance if stage.name == "global" else 1.0,
        bf16=stage.bf16,
    )
