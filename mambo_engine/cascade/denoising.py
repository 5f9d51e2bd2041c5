"""Denoises one batch of patches from noise to x_0, what their neighbors own kept in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from mambo_engine.cascade.events import ShouldStop
from mambo_engine.cascade.grid import Patch
from mambo_engine.cascade.sampling import Job, Sampling
from mambo_engine.cascade.seeds import patch_noise
from mambo_engine.cascade.stage import Stage
from mambo_engine.cascade.stitching import StageCanvas
from mambo_engine.errors import Cancelled, SamplingError
from mambo_engine.samplers.choice import sampler_timesteps, sampler_update
from mambo_engine.samplers.known_pixels import KnownPixels
from mambo_engine.samplers.trajectory import walk
from mambo_engine.types import CleanPredictor


@dataclass(frozen=True)
class Cell:
    """One patch of one image: whose it is, where it goes, and which it is."""

    job: Job
    canvas: StageCanvas
    patch: Patch


def denoise(
    stage: Stage, cells: Sequence[Cell], sampling: Sampling, should_stop: ShouldStop | None = None
) -> NDArray[np.float32]:
    """Denoise one batch of patches: network values (B, s, s), known pixels bit-equal to the canvas.

    Raises:
        Cancelled: `should_stop` returned true; it is asked before every solver step.
        SamplingError: the network gave values that are not finite.
    """
    device, size = stage.device, stage.geometry.patch_size
    ask = asking(stage, should_stop)

    def noise(key: int) -> torch.Tensor:
        drawn = [patch_noise(cell.job.seed, stage.name, cell.patch, key, size=size) for cell in cells]
        return torch.from_numpy(np.stack(drawn))[:, None].to(device)

    ask()
    known = np.stack([stage.grid.known(cell.patch) for cell in cells])
    values = np.stack([cell.canvas.region(cell.patch) for cell in cells])
    with torch.inference_mode():
        x_0 = walk(
            sampler_update(sampling.sampler, eta=sampling.eta),
            batch_predictor(stage, cells, sampling),
            stage.schedule,
            sampler_timesteps(sampling.sampler, stage.schedule, sampling.steps),
            noise,
            known=KnownPixels(
                torch.from_numpy(known)[:, None].to(device),
                torch.from_numpy(values)[:, None].to(device),
                redraw=sampling.redraw_known,
            ),
            on_step=lambda _done, _steps: ask(),
        )
    patches = np.asarray(x_0[:, 0].float().cpu().numpy(), dtype=np.float32)
    check_finite(stage, cells, patches)
    return patches.clip(*stage.intensity.range)


def batch_predictor(stage: Stage, cells: Sequence[Cell], sampling: Sampling) -> CleanPredictor:
    """Estimator of x_0 for these patches; the network sees the batch padded to the plan's next bucket."""
    contexts = np.stack([stage.contexts(cell.job.coarser, cell.patch) for cell in cells])
    count, padded = len(cells), sampling.plan.padded(len(cells))
    labels = [cell.job.labels for cell in cells] + [cells[-1].job.labels] * (padded - count)
    walked = sampler_timesteps(sampling.sampler, stage.schedule, sampling.steps) if sampling.spin else ()
    guided = stage.predictor(_grown(contexts, padded), labels, guidance=sampling.guidance, spun=walked)
    if padded == count:
        return guided

    def predict(x_t: torch.Tensor, t: int) -> torch.Tensor:
        rest = x_t[-1:].expand(padded - count, *x_t.shape[1:])
        return guided(torch.cat((x_t, rest)), t)[:count]

    return predict


def _grown(rows: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """The rows with the last one repeated until there are `count`."""
    return np.concatenate((rows, np.repeat(rows[-1:], count - len(rows), axis=0)))


def asking(stage: Stage, should_stop: ShouldStop | None) -> Callable[[], None]:
    """A function that raises Cancelled once `should_stop` says so."""

    def ask() -> None:
        if should_stop is not None and should_stop():
            raise Cancelled(f"stopped in stage {stage.name}")

    return ask


def check_finite(stage: Stage, cells: Sequence[Cell], patches: NDArray[np.float32]) -> None:
    """Raise SamplingError, naming stage and patch, unless all values of (B, s, s) are finite."""
    finite = np.isfinite(patches).all(axis=(1, 2))
    if not finite.all():
        patch = cells[int(np.argmin(finite))].patch
        precision = "bfloat16" if stage.bf16 else "float32"
        raise SamplingError(
            f"stage {stage.name}, patch row {patch.row} column {patch.column}: the network in {precision} gave "
            "NaN or infinite values, expected finite ones"
        )
