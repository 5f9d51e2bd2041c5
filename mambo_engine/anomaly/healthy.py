"""The healthy counterpart of an image: noised up to lambda, and denoised by stage 1.

Source: paper sec. 3.3. Noise is a function of seed and draw, as in the cascade.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from mambo_engine.anomaly.settings import AnomalySettings
from mambo_engine.cascade.grid import Patch
from mambo_engine.cascade.seeds import check_seed, patch_noise
from mambo_engine.cascade.stage import Stage
from mambo_engine.config import require
from mambo_engine.data.intensity import linear_from_network, network_from_linear
from mambo_engine.diffusion.process import noised
from mambo_engine.diffusion.schedule import Schedule
from mambo_engine.errors import Cancelled, DataError, SamplingError
from mambo_engine.samplers.choice import sampler_timesteps, sampler_update
from mambo_engine.samplers.trajectory import walk

Image = NDArray[np.float32]
MAX_BATCH = 16
WHOLE = Patch(0, 0, 0, 0)


def healthy_counterparts(
    stage: Stage,
    image: Image,
    *,
    settings: AnomalySettings,
    steps: int,
    seed: int,
    labels: Sequence[int] = (),
    should_stop: Callable[[], bool] | None = None,
) -> Image:
    """Draw what healthy tissue would look like there: (draws, s, s), linear scale 0..1.

    Args:
        stage: stage 1, trained on healthy images.
        image: (s, s), linear scale 0..1.
        settings: noise level, draws, sampler and guidance.
        steps: of a walk down from T; those below lambda are taken.
        seed: 0 or more.
        labels: label indices, 0 = null; none: all null.
        should_stop: asked before every solver step.

    Raises:
        ConfigError: the noise level is above T, or steps or seed are out of range; before any work starts.
        DataError: an image of another shape, with NaN, or with values outside 0..1.
        Cancelled: `should_stop` said so.
        SamplingError: the network gave values that are not finite.
    """
    check_image(image, stage.geometry.patch_size)
    check_seed(seed)
    fields = len(stage.config.network.label_sizes)
    labels = tuple(labels) or (0,) * fields
    require(not fields or len(labels) == fields, f"labels: got {len(labels)}, expected {fields}")
    timesteps = partial_timesteps(stage.schedule, settings, steps)
    numbers = range(settings.draws)
    batches = [numbers[first : first + MAX_BATCH] for first in range(0, settings.draws, MAX_BATCH)]
    drawn = []
    for batch in batches:
        x_0 = _denoised(
            stage, image, batch, settings, timesteps, seed=seed, labels=labels, should_stop=should_stop
        )
        drawn.append(linear_from_network(x_0, stage.intensity))
    return np.concatenate(drawn)


def partial_timesteps(schedule: Schedule, settings: AnomalySettings, steps: int) -> tuple[int, ...]:
    """From lambda down to 0: lambda, and what a walk of `steps` from T has below it.

    Raises:
        ConfigError: lambda or `steps` is out of the schedule's range.
    """
    level, last = settings.noise_level, schedule.num_timesteps
    require(level <= last, f"noise_level: got {level}, expected 1..{last}")
    whole = sampler_timesteps(settings.sampler, schedule, steps)
    return (level, *(t for t in whole if t < level))


def check_image(image: Image, side: int) -> None:
    """Raise DataError unless `image` is (side, side), finite and within 0..1."""
    if image.shape != (side, side):
        raise DataError(f"image: got shape {image.shape}, expected ({side}, {side})")
    if not np.isfinite(image).all():
        raise DataError("image: got NaN or infinite values, expected values 0..1")
    if image.min() < 0 or image.max() > 1:
        raise DataError(f"image: got values {image.min():g}..{image.max():g}, expected 0..1")


def _denoised(
    stage: Stage,
    image: Image,
    batch: range,
    settings: AnomalySettings,
    timesteps: tuple[int, ...],
    *,
    seed: int,
    labels: Sequence[int],
    should_stop: Callable[[], bool] | None,
) -> NDArray[np.float32]:
    """Network values (B, s, s) of the draws in `batch`."""
    side, device = stage.geometry.patch_size, stage.device

    def noise(key: int) -> torch.Tensor:
        drawn = [patch_noise(seed, stage.name, WHOLE, key, size=side, image=number) for number in batch]
        return torch.from_numpy(np.stack(drawn))[:, None].to(device)

    def ask(_done: int, _steps: int) -> None:
        if should_stop is not None and should_stop():
            raise Cancelled(f"stopped at noise level {settings.noise_level}")

    clean = torch.from_numpy(network_from_linear(image, stage.intensity))[None, None].to(device)
    x_0 = clean.expand(len(batch), -1, -1, -1)
    contexts = np.zeros((len(batch), 0, side, side), dtype=np.float32)
    with torch.inference_mode():
        denoised = walk(
            sampler_update(settings.sampler),
            stage.predictor(contexts, [tuple(labels)] * len(batch), guidance=settings.guidance),
            stage.schedule,
            timesteps,
            noise,
            start=noised(stage.schedule, x_0, timesteps[0], noise(0)),
            on_step=ask,
        )
    values = np.asarray(denoised[:, 0].float().cpu().numpy(), dtype=np.float32)
    if not np.isfinite(values).all():
        raise SamplingError(f"stage {stage.name}: the network gave NaN or infinite values, expected finite ones")
    return values
