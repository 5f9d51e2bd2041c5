"""A zero-shot baseline of enlargement: the global stage as a prior of pixels, what is given kept exactly.

At each step the estimate x_0 gives way to A+ y + (I - A+ A) x_0, where A is the mean over areas, A+ repeats each
value over its area, and y is the low resolution. The global stage was trained on whole mammograms of one side, so
larger canvases are covered by overlapping windows whose estimates are averaged: the prior then sees windows as if
they were mammograms, which is what limits this baseline.

Source: Wang, Yu and Zhang, ICLR 2023, arXiv 2212.00490, Alg. 1 (DDNM, without its noise model), for A the average
pooling of its super-resolution. A works on the linear scale here, on which mammograms are shrunk, while the
network sees the bundle's mapping of it; the windows are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray

from mambo_engine.cascade.context import area_mean
from mambo_engine.cascade.grid import Grid, Patch
from mambo_engine.cascade.seeds import check_seed, patch_noise
from mambo_engine.cascade.stage import Stage
from mambo_engine.config import require
from mambo_engine.data.intensity import linear_from_network, network_from_linear
from mambo_engine.errors import DataError
from mambo_engine.samplers.choice import sampler_timesteps, sampler_update
from mambo_engine.samplers.trajectory import walk

BATCH = 16
AIR = 0.002
"""Linear value below which a window of the low resolution is air: nothing is asked of the network there."""

Image = NDArray[np.float32]


@dataclass(frozen=True)
class ZeroShotSettings:
    """How the baseline is drawn.

    Attributes:
        steps: network evaluations a window.
        eta: noise of DDIM, 0..1; the source takes 0.85.
        overlap: of the windows, px.
    """

    steps: int = 100
    eta: float = 0.85
    overlap: int = 32

    def __post_init__(self) -> None:
        """Check ranges."""
        require(self.steps >= 1, f"zero_shot steps: got {self.steps}, expected at least 1")
        require(0 <= self.eta <= 1, f"zero_shot eta: got {self.eta}, expected 0..1")
        require(self.overlap >= 0, f"zero_shot overlap: got {self.overlap}, expected at least 0")


def with_range(image: Image, low: Image) -> Image:
    """A+ y + (I - A+ A) x: the image whose mean over areas is `low`, moved by the same amount within each area.

    Args:
        image: (N, N).
        low: (n, n), n a divisor of N.
    """
    factor = len(image) // len(low)
    gap = low - area_mean(image, factor)
    return np.asarray(image + np.kron(gap, np.ones((factor, factor), dtype=np.float32)), dtype=np.float32)


@dataclass(frozen=True)
class RangeNullPredictor:
    """A CleanPredictor of one canvas (1, 1, N, N): windows of the global stage, averaged, the range put right.

    Attributes:
        stage: global.
        low: (n, n) on the linear scale.
        grid: of the windows on the canvas.
    """

    stage: Stage
    low: Image
    grid: Grid

    def __call__(self, x_t: torch.Tensor, t: int) -> torch.Tensor:
        """Estimate x_0 (1, 1, N, N)."""
        canvas = self._estimate(x_t[0, 0], t)
        linear = with_range(linear_from_network(canvas, self.stage.intensity), self.low)
        return torch.from_numpy(network_from_linear(linear, self.stage.intensity))[None, None].to(x_t.device)

    def _estimate(self, x_t: torch.Tensor, t: int) -> Image:
        s, shape = self.grid.patch_size, tuple(x_t.shape)
        total, weight = np.zeros(shape, dtype=np.float32), np.zeros(shape, dtype=np.float32)
        patches = [patch for patch in self.grid.raster() if self._shows(patch)]
        for first in range(0, len(patches), BATCH):
            part = patches[first : first + BATCH]
            squares = torch.stack([x_t[p.top : p.top + s, p.left : p.left + s] for p in part])[:, None]
            labels = [(0,) * len(self.stage.config.network.label_sizes)] * len(part)
            predict = self.stage.predictor(np.zeros((len(part), 0, s, s), dtype=np.float32), labels)
            for patch, values in zip(part, predict(squares, t)[:, 0].float().cpu().numpy(), strict=True):
                total[patch.top : patch.top + s, patch.left : patch.left + s] += values
                weight[patch.top : patch.top + s, patch.left : patch.left + s] += 1
        found = np.where(weight > 0, total / np.maximum(weight, 1), np.float32(self.stage.intensity.background))
        return np.asarray(found, dtype=np.float32)

    def _shows(self, patch: Patch) -> bool:
        """Whether the window is more than air."""
        factor, s = self.grid.canvas // len(self.low), self.grid.patch_size
        rows, columns = (slice(at // factor, -(-(at + s) // factor)) for at in (patch.top, patch.left))
        return bool((self.low[rows, columns] > AIR).any())


@torch.inference_mode()
def zero_shot(stage: Stage, low: Image, settings: ZeroShotSettings, *, size: int, seed: int) -> Image:
    """Enlarge a low resolution (n, n) to (size, size) on the linear scale by the global stage alone.

    Args:
        stage: global.
        low: on the linear scale [0, 1].
        settings: steps, noise and windows.
        size: a multiple of n.
        seed: of the noise.

    Raises:
        DataError: the sides do not divide, or the canvas is smaller than a window.
        ConfigError: the windows overlap by more than their side, or more steps than the schedule has.
    """
    check_seed(seed)
    if low.ndim != 2 or low.shape[0] != low.shape[1] or size % len(low) or size < stage.geometry.patch_size:
        raise DataError(f"low resolution: got {low.shape} for {size} px, expected a square whose side divides it")
    grid = Grid(size, stage.geometry.patch_size, settings.overlap)
    predict = RangeNullPredictor(stage, low, grid)
    noise = partial(_noise, stage, seed, size)
    timesteps = sampler_timesteps("ddim", stage.schedule, settings.steps)
    x_0 = walk(sampler_update("ddim", eta=settings.eta), predict, stage.schedule, timesteps, noise)
    return linear_from_network(x_0[0, 0].float().cpu().numpy(), stage.intensity)


def _noise(stage: Stage, seed: int, size: int, key: int) -> torch.Tensor:
    values = patch_noise(seed, stage.name, Patch(0, 0, 0, 0), key, size=size)
    return torch.from_numpy(values)[None, None].to(stage.device)
