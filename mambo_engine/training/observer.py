"""Watches a run: the log, the held-out loss, and pictures of what the network draws so far."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch

from mambo_engine.cascade.stage import Stage
from mambo_engine.config import StageConfig
from mambo_engine.diffusion.schedule import Schedule, build_schedule
from mambo_engine.training.batches import Batch, Batches
from mambo_engine.training.examples import Examples
from mambo_engine.training.held_out import FIRST, held_out_batches, held_out_loss
from mambo_engine.training.log import RunLog
from mambo_engine.training.pictures import drawn_picture
from mambo_engine.training.settings import TrainingConfig
from mambo_engine.types import Denoiser

PICTURED = 4
"""Examples in a picture."""


def counted(denoiser: Denoiser, first_timestep: int) -> Denoiser:
    """A denoiser asked with t in 1..T, where the network itself counts from `first_timestep`."""
    if first_timestep == 1:
        return denoiser
    return lambda x, t, labels=None: denoiser(x, t - 1 + first_timestep, labels)


class Observer:
    """Writes down how a run goes; in one process of a run.

    Args:
        folder: of the run.
        stage: settings of the stage.
        training: settings of the run: what is measured, and how often.
        examples: those trained on.
        held_out: those of images that are not trained on, or none.
        device: where to compute.
    """

    def __init__(
        self,
        folder: Path,
        stage: StageConfig,
        training: TrainingConfig,
        examples: Examples,
        *,
        held_out: Examples | None,
        device: torch.device,
    ) -> None:
        self.folder, self.stage, self.training, self.examples = folder, stage, training, examples
        self.device = device
        self.schedule = Schedule(build_schedule(stage.schedule).alpha_bar.to(device))
        wanted = held_out is not None and training.validate_every > 0
        self.held_out = held_out_batches(held_out, stage, training) if held_out and wanted else []
        self.pictured = self._pictured(held_out or examples) if training.pictures_every else None

    def begin(self, iteration: int) -> None:
        """Open the log at an iteration; what it holds beyond is cut off."""
        self.log = RunLog(self.folder, iteration=iteration)

    def observe(self, iteration: int, denoiser: Denoiser) -> None:
        """Measure and draw with the averaged network, at the iterations that the settings say."""
        if self.held_out and iteration % self.training.validate_every == 0:
            self.log.held_out(iteration, self.held_out_loss(denoiser))
        if self.pictured is not None and iteration % self.training.pictures_every == 0:
            examples = self.examples
            stage = Stage(examples.stage, self.stage, denoiser, examples.geometry, examples.intensity, self.device)
            self.log.picture(iteration, drawn_picture(stage, self.pictured))

    def held_out_loss(self, denoiser: Denoiser) -> float:
        """Loss of a denoiser on the held-out examples."""
        return held_out_loss(
            counted(denoiser, self.stage.first_timestep),
            self.schedule,
            self.held_out,
            prediction=self.stage.prediction,
            device=self.device,
        )

    def _pictured(self, examples: Examples) -> Batch:
        plain = replace(self.training, batch=PICTURED, label_dropout=0.0, context_noise=0.0, workers=0)
        return Batches(examples, self.stage, plain).draw(FIRST)
