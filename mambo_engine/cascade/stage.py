"""One stage of the cascade: a trained network with everything that says how it is used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray

from mambo_engine.cascade.context import Canvas, stage_contexts
from mambo_engine.cascade.grid import Grid, Patch
from mambo_engine.config import GeometryConfig, IntensityConfig, StageConfig, require
from mambo_engine.diffusion.schedule import Schedule, build_schedule
from mambo_engine.samplers.guidance import GuidedPredictor
from mambo_engine.samplers.spinning import step_offsets
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

    def __post_init__(self) -> None:
        """Check that the network fits the geometry."""
        network, s = self.config.network, self.geometry.patch_size
        expected = self.config.channels(self.name)
        require(
            network.in_channels == expected,
            f"stage {self.name}: got a network of {network.in_channels} input channels, expected {expected}",
        )
        divisor = network.side_divisor
        require(s % divisor == 0, f"stage {self.name}: got patch_size {s}, expected a multiple of {divisor}")

    @cached_property
    def schedule(self) -> Schedule:
        """The tabulated noise schedule."""
        return build_schedule(self.config.schedule)

    @cached_property
    def grid(self) -> Grid:
        """Positions of the patches; the global stage has one."""
        overlap = 0 if self.name == "global" else self.geometry.overlap
        return Grid(self.geometry.canvas_size(self.name), self.geometry.patch_size, overlap)

    def contexts(self, coarser: tuple[Canvas, ...], patch: Patch) -> NDArray[np.float32]:
        """Context channels (C - 1, s, s) of `patch`, cut from the images of the stages before."""
        channels = stage_contexts(
            self.name,
            coarser,
            self.grid.box(patch),
            self.geometry,
            background=self.intensity.background,
            aligned=self.config.aligned_context,
        )
        s = self.geometry.patch_size
        return np.stack(channels) if channels else np.zeros((0, s, s), dtype=np.float32)

    def predictor(
        self,
        contexts: NDArray[np.float32],
        labels: Sequence[tuple[int, ...]],
        *,
        guidance: float = 1.0,
        spun: Sequence[int] = (),
    ) -> GuidedPredictor:
        """Estimator of x_0 for one batch of patches.

        Args:
            contexts: clean channels (B, C - 1, s, s), network values.
            labels: label indices of each patch, 0 = null; not looked at by a network without labels.
            guidance: weight of the labels; 1 needs one pass.
            spun: timesteps of the walk, where the patch is to be moved from step to step; none: it stays.
        """
        indices = None
        if self.config.network.label_sizes:
            indices = torch.tensor(list(labels), dtype=torch.long, device=self.device)
        return GuidedPredictor(
            denoiser=self.denoiser,
            schedule=self.schedule,
            prediction=self.config.prediction,
            contexts=torch.from_numpy(contexts).to(self.device),
            labels=indices,
            guidance=guidance,
            bf16=self.bf16,
            first_timestep=self.config.first_timestep,
            offsets=step_offsets(spun, self.config.network.stem_patch),
        )
