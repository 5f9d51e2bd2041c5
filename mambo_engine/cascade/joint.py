"""Joint denoising: all patches of an image at once, on one canvas of noise.

Source: Bar-Tal et al., arXiv 2302.08113 (MultiDiffusion); not in the paper. Ours averages the estimates of x_0 and
never x_t: the average of noise has too little variance and would blur the overlaps. No patch comes first, so there
is no order and no wave; it needs a sampler that draws no noise after the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mambo_engine.cascade.context import Canvas
from mambo_engine.cascade.denoising import Cell, asking, batch_predictor, check_finite
from mambo_engine.cascade.drawing import OnBatch, new_canvases, patch_event
from mambo_engine.cascade.events import OnPatch, ShouldStop
from mambo_engine.cascade.grid import Grid
from mambo_engine.cascade.sampling import Job, Sampling
from mambo_engine.cascade.seeds import patch_noise
from mambo_engine.cascade.stage import Stage
from mambo_engine.cascade.stitching import StageCanvas, Underway
from mambo_engine.samplers.choice import sampler_timesteps, sampler_update
from mambo_engine.samplers.known_pixels import KnownPixels
from mambo_engine.samplers.trajectory import walk
from mambo_engine.types import CleanPredictor


def feather_weights(grid: Grid) -> NDArray[np.float32]:
    """Weight (s, s) of a patch's pixels in the average: 1 inside, falling over the overlap towards the border."""
    at = np.arange(grid.patch_size) + 0.5
    ramp = np.minimum(1.0, np.minimum(at, at[::-1]) / max(grid.overlap, 0.5))
    return np.outer(ramp, ramp).astype(np.float32)


def canvas_noise(stage: Stage, seed: int, key: int) -> Canvas:
    """Noise (N, N) of a whole canvas: each pixel has that of the patch that owns it, so no value comes twice."""
    canvas = StageCanvas(stage.grid)
    for patch in stage.grid.raster():
        canvas.write(patch, patch_noise(seed, stage.name, patch, key, size=stage.grid.patch_size))
    return canvas.pixels


def skipped_pixels(canvas: StageCanvas) -> NDArray[np.bool_]:
    """Pixels (N, N) in the box of a skipped patch: background, and known."""
    skipped, s = np.zeros(canvas.pixels.shape, dtype=bool), canvas.grid.patch_size
    for patch in canvas.grid.raster():
        if not canvas.wanted[patch.row, patch.column]:
            skipped[patch.top : patch.top + s, patch.left : patch.left + s] = True
    return skipped


@dataclass(frozen=True)
class _Part:
    """One batch of patches: which image and region each takes, and the estimator for them."""

    cells: Sequence[Cell]
    places: Sequence[tuple[int, slice, slice]]
    predict: CleanPredictor


class JointPredictor:
    """A CleanPredictor for whole canvases (n, 1, N, N): the feathered mean of what all patches estimate."""

    def __init__(
        self,
        stage: Stage,
        cells: Sequence[tuple[int, Cell]],
        sampling: Sampling,
        should_stop: ShouldStop | None = None,
    ) -> None:
        """Cut the patches (image number, cell) into batches and prepare their contexts."""
        self._stage, self._ask = stage, asking(stage, should_stop)
        self._weights = torch.from_numpy(feather_weights(stage.grid)).to(stage.device)
        size, s = 1 if sampling.plan.order == "raster" else sampling.plan.max_batch, stage.grid.patch_size
        self._parts = []
        for first in range(0, len(cells), size):
            batch = cells[first : first + size]
            places = [
                (image, slice(cell.patch.top, cell.patch.top + s), slice(cell.patch.left, cell.patch.left + s))
                for image, cell in batch
            ]
            own = [cell for _, cell in batch]
            self._parts.append(_Part(own, places, batch_predictor(stage, own, sampling)))

    def __call__(self, x_t: torch.Tensor, t: int) -> torch.Tensor:
        """Estimate x_0 (n, 1, N, N) from `x_t` at step `t`; background where no patch is."""
        sums, totals = torch.zeros_like(x_t), torch.zeros_like(x_t)
        for part in self._parts:
            self._ask()
            x_0 = part.predict(torch.stack([x_t[place[0], :, place[1], place[2]] for place in part.places]), t)
            if not bool(x_0.isfinite().all()):
                check_finite(self._stage, part.cells, x_0[:, 0].float().cpu().numpy())
            for (image, rows, columns), patch in zip(part.places, x_0, strict=True):
                sums[image, :, rows, columns] += self._weights * patch
                totals[image, :, rows, columns] += self._weights
        return torch.where(totals > 0, sums / totals, torch.full_like(sums, self._stage.intensity.background))


class _Recorded:
    """A predictor that keeps on the canvases where the walk stands, and says so before each further step."""

    def __init__(
        self,
        predict: CleanPredictor,
        known: KnownPixels,
        canvases: Sequence[StageCanvas],
        on_batch: OnBatch,
        step: int,
    ) -> None:
        self._predict, self._known, self._canvases, self._on_batch = predict, known, canvases, on_batch
        self._step, self._x_0 = step, torch.empty(0)

    def __call__(self, x_t: torch.Tensor, t: int) -> torch.Tensor:
        if len(self._x_0):
            for canvas, x, x_0 in zip(self._canvases, x_t, self._x_0, strict=True):
                canvas.underway = Underway(self._step, x[0].cpu().numpy(), x_0[0].cpu().numpy())
            self._on_batch(self._canvases)
        estimate = self._predict(x_t, t)
        self._step, self._x_0 = self._step + 1, self._known.pin_x_0(estimate)
        return estimate


def draw_jointly(
    stage: Stage,
    jobs: Sequence[Job],
    sampling: Sampling,
    *,
    canvases: Sequence[StageCanvas] | None = None,
    on_patch: OnPatch | None = None,
    on_batch: OnBatch | None = None,
    should_stop: ShouldStop | None = None,
) -> list[Canvas]:
    """Draw the stage for all jobs, all patches at once; return one network image (N, N) per job.

    Arguments and errors are those of `draw_together`, but `on_batch` is called after each step. All patches are
    finished together, at the end: no event is sent before.
    """
    canvases = new_canvases(stage, jobs) if canvases is None else canvases
    todo = [(i, patch) for i, canvas in enumerate(canvases) for patch in canvas.open()]
    if not todo:
        return [canvas.pixels for canvas in canvases]
    cells = [(i, Cell(jobs[i], canvases[i], patch)) for i, patch in todo]
    predict = JointPredictor(stage, cells, sampling, should_stop)
    images = _walk(stage, jobs, canvases, sampling, predict, on_batch=on_batch)
    for canvas, pixels in zip(canvases, images, strict=True):
        canvas.pixels[:], canvas.underway = pixels, None
    for image, patch in todo:
        canvases[image].done[patch.row, patch.column] = True
        if on_patch is not None:
            on_patch(patch_event(stage, canvases[image], patch, image=image))
    if on_batch is not None:
        on_batch(canvases)
    return [canvas.pixels for canvas in canvases]


def _walk(
    stage: Stage,
    jobs: Sequence[Job],
    canvases: Sequence[StageCanvas],
    sampling: Sampling,
    predict: CleanPredictor,
    *,
    on_batch: OnBatch | None,
) -> NDArray[np.float32]:
    """Walk from canvases of noise, or from where they stand, to x_0 (n, N, N)."""

    def tensor(images: Sequence[NDArray[Any]]) -> torch.Tensor:
        return torch.from_numpy(np.stack(images))[:, None].to(stage.device)

    skipped = tensor([skipped_pixels(canvas) for canvas in canvases])
    known = KnownPixels(skipped, torch.full(skipped.shape, stage.intensity.background, device=stage.device))
    timesteps = sampler_timesteps(sampling.sampler, stage.schedule, sampling.steps)
    begun = [canvas.underway for canvas in canvases if canvas.underway is not None]
    step, start, history = 0, None, []
    if begun:
        step, start = begun[0].step, tensor([each.x_t for each in begun])
        history = [(timesteps[step - 1], tensor([each.x_0 for each in begun]))]
    if on_batch is not None:
        predict = _Recorded(predict, known, canvases, on_batch, step)
    with torch.inference_mode():
        x_0 = walk(
            sampler_update(sampling.sampler, eta=sampling.eta),
            predict,
            stage.schedule,
            timesteps[step:],
            lambda key: tensor([canvas_noise(stage, job.seed, key) for job in jobs]),
            start=start,
            history=history,
            known=known,
        )
    return np.asarray(x_0[:, 0].float().cpu().numpy(), dtype=np.float32).clip(*stage.intensity.range)
