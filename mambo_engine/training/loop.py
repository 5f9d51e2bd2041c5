"""The training loop of one stage: Adam on the channel-0 loss, resumable after a kill at any moment.

Source: paper Alg. 1 and sec. 8. EMA, warm-up, label dropout and noise on the contexts (Ho et al.,
arXiv 2106.15282) are options of ours, off in the defaults.
"""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from mambo_engine.config import StageConfig
from mambo_engine.diffusion.objective import channel_zero_loss
from mambo_engine.diffusion.schedule import build_schedule
from mambo_engine.errors import TrainingError
from mambo_engine.networks.unet import UNet
from mambo_engine.training.ema import Ema
from mambo_engine.training.examples import Examples
from mambo_engine.training.experiment import TrainingConfig
from mambo_engine.types import Denoiser

SAVE_EVERY_S = 90.0
LOG_EVERY = 50


@dataclass(frozen=True)
class Progress:
    """Where a training run stands; `loss` is the mean since the last report."""

    iteration: int
    iterations: int
    loss: float
    examples_per_second: float
    seconds_left: float


class Trainer:
    """Trains one stage and keeps its checkpoint in `folder`.

    Args:
        stage: settings of network, schedule and prediction.
        training: settings of the run.
        examples: where batches come from.
        folder: holds `checkpoint.pt` and `loss.csv`.
        minutes: wall-time budget of this run; the learning rate falls to a tenth towards its end.
    """

    def __init__(
        self,
        stage: StageConfig,
        training: TrainingConfig,
        examples: Examples,
        folder: Path,
        *,
        minutes: float | None = None,
    ) -> None:
        self.training, self.examples, self.folder, self.stage = training, examples, folder, stage
        self.minutes = minutes
        torch.manual_seed(training.seed)
        self.network = UNet(stage.network)
        # Compiling fuses normalization and activation: about a third faster, after a minute of compiling.
        self.denoiser: Denoiser = torch.compile(self.network) if training.compiled else self.network
        self.schedule = build_schedule(stage.schedule)
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=training.learning_rate)
        self.ema = Ema(self.network, training.ema)
        self.iteration, self.seconds = 0, 0.0
        self._started = time.monotonic()
        folder.mkdir(parents=True, exist_ok=True)
        if self.checkpoint.is_file():
            self._restore()

    @property
    def checkpoint(self) -> Path:
        """The file that a run goes on from."""
        return self.folder / "checkpoint.pt"

    def run(self, on_progress: Callable[[Progress], None] | None = None) -> int:
        """Train until the iterations or the minutes are used up; return the iterations done in all.

        Raises:
            TrainingError: the loss is not finite.
        """
        self._started = saved = reported = time.monotonic()
        losses: list[float] = []
        self.network.train()
        while self.iteration < self.training.iterations:
            share = self._share_done()
            if share >= 1.0:
                break
            losses.append(self._step(share))
            now = time.monotonic()
            if len(losses) == LOG_EVERY:
                report = self._report(losses, now - reported)
                losses, reported = [], now
                if on_progress:
                    on_progress(report)
            if now - saved > SAVE_EVERY_S:
                self.save()
                saved = now
        self.save()
        return self.iteration

    def _elapsed(self) -> float:
        """Seconds of this run."""
        return time.monotonic() - self._started

    def _share_done(self) -> float:
        by_count = self.iteration / self.training.iterations
        return max(by_count, self._elapsed() / (self.minutes * 60) if self.minutes else 0.0)

    def _step(self, share: float) -> float:
        settings = self.training
        rate = settings.learning_rate * min(1.0, (self.iteration + 1) / max(1, settings.warmup))
        if self.minutes:
            # A constant rate for the first half, then down to a tenth: the average settles.
            rate *= 1.0 - 0.9 * max(0.0, 2.0 * share - 1.0)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        # One generator per iteration: a resumed run draws what an unbroken one would have drawn.
        generator = np.random.default_rng((settings.seed, self.iteration))
        torch.manual_seed(int(generator.integers(2**62)))
        x, labels = self._batch(generator)
        t = torch.randint(1, self.schedule.num_timesteps + 1, (len(x),))
        eps = torch.randn(len(x), 1, *x.shape[2:])
        with torch.autocast("cpu", torch.bfloat16, enabled=settings.bf16):
            prediction = self.stage.prediction
            loss = channel_zero_loss(
                self.denoiser, self.schedule, x, t, eps, prediction=prediction, labels=labels
            ).mean()
        if not torch.isfinite(loss):
            raise TrainingError(f"loss at iteration {self.iteration}: got {loss.item()}, expected a finite value")
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        self.ema.update(self.network)
        self.iteration += 1
        return float(loss.item())

    def _batch(self, generator: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor | None]:
        settings = self.training
        x, labels = self.examples.draw(settings.batch, generator)
        if settings.context_noise and x.shape[1] > 1:
            level = settings.context_noise * torch.rand(len(x), 1, 1, 1)
            x[:, 1:] += level * torch.randn_like(x[:, 1:])
        if not self.stage.network.label_sizes:
            return x, None
        kept = torch.rand(labels.shape) >= settings.label_dropout
        kept &= torch.rand(len(labels), 1) >= settings.label_dropout
        return x, labels * kept

    def _report(self, losses: list[float], seconds: float) -> Progress:
        mean = float(np.mean(losses))
        rate = len(losses) / seconds
        left = (self.training.iterations - self.iteration) / rate
        if self.minutes:
            left = min(left, self.minutes * 60 - self._elapsed())
        with (self.folder / "loss.csv").open("a", newline="") as file:
            csv.writer(file).writerow([self.iteration, f"{mean:.6f}", f"{self.seconds + self._elapsed():.1f}"])
        batch = self.training.batch
        return Progress(self.iteration, self.training.iterations, mean, rate * batch, left)

    def save(self) -> None:
        """Write the checkpoint under another name, then move it: a kill leaves the old one or the new one."""
        state: dict[str, Any] = {
            "iteration": self.iteration,
            "seconds": self.seconds + self._elapsed(),
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "ema": self.ema.state(),
        }
        partial = self.checkpoint.with_suffix(".partial")
        with partial.open("wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self.checkpoint)

    def _restore(self) -> None:
        try:
            state = torch.load(self.checkpoint, weights_only=True)
            self.network.load_state_dict(state["network"])
        except (RuntimeError, KeyError) as error:
            raise TrainingError(f"{self.checkpoint} does not fit this experiment: {error}") from error
        self.optimizer.load_state_dict(state["optimizer"])
        self.ema.restore(state["ema"])
        self.iteration, self.seconds = state["iteration"], state["seconds"]
