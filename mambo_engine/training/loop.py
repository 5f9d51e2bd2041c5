"""The training loop of one stage: Adam on the channel-0 loss, resumable after a kill at any moment.

Source: paper Alg. 1 and sec. 8. EMA, warm-up, label dropout and noise on the contexts (Ho et al.,
arXiv 2106.15282) are options of ours, off in the defaults.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch.func import functional_call

from mambo_engine.config import StageConfig
from mambo_engine.diffusion.objective import channel_zero_loss
from mambo_engine.diffusion.schedule import Schedule, build_schedule
from mambo_engine.errors import PeerLost, TrainingError
from mambo_engine.networks.unet import UNet
from mambo_engine.training.batches import Batch, Batches
from mambo_engine.training.ema import Ema
from mambo_engine.training.examples import Examples
from mambo_engine.training.group import Group
from mambo_engine.training.hardware import hardware
from mambo_engine.training.newest import fingerprint, share_newest
from mambo_engine.training.observer import Observer, counted
from mambo_engine.training.progress import Progress
from mambo_engine.training.rate import learning_rate
from mambo_engine.training.resume import CHECKPOINT, initial_weights, load_state, save_state, start_from
from mambo_engine.training.settings import TrainingConfig
from mambo_engine.types import Denoiser

CPU = torch.device("cpu")
STOPPED = 2.0
"""Share of a run that was asked to stop."""


class Trainer:
    """Trains one stage and keeps its checkpoint in `folder`.

    Args:
        stage: settings of network, schedule and prediction.
        training: settings of the run.
        examples: where batches come from.
        folder: holds the checkpoint and the log; folders of other stages lie beside it.
        minutes: wall-time budget of this run; the learning rate falls to a tenth towards its end.
        held_out: examples of images that are not trained on.
        group: processes that train together.
        device: where to compute.

    `stopped` tells, in all processes alike, whether `should_stop` ended the run.
    """

    def __init__(
        self,
        stage: StageConfig,
        training: TrainingConfig,
        examples: Examples,
        folder: Path,
        *,
        minutes: float | None = None,
        held_out: Examples | None = None,
        group: Group = Group(),  # noqa: B008 (frozen)
        device: torch.device = CPU,
    ) -> None:
        self.training, self.examples, self.folder, self.stage = training, examples, folder, stage
        self.minutes, self.group, self.device = minutes, group, device
        torch.manual_seed(training.seed)
        self.network = UNet(stage.network).to(device)
        # Compiling fuses normalization and activation: about a third faster, after a minute of compiling.
        network: Denoiser = torch.compile(self.network) if training.compiled else self.network
        self.denoiser = counted(network, stage.first_timestep)
        self.schedule = Schedule(build_schedule(stage.schedule).alpha_bar.to(device))
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=training.learning_rate)
        self.iteration, self.seconds, self.stopped = 0, 0.0, False
        self._losses: list[float] = []
        folder.mkdir(parents=True, exist_ok=True)
        self.keeps = group.keeps(folder, device)
        share_newest(group, folder, device, keeps=self.keeps)
        resumed = self.checkpoint.is_file()
        if training.init_from and not resumed:
            start_from(self.network, initial_weights(training.init_from, folder.parent), skip=training.init_skip)
        self.ema = Ema(self.network, training.ema)
        if resumed:
            self._restore()
        group.agree(self.iteration, device, f"iteration of {self.checkpoint}")
        if group.size > 1:
            group.agree(fingerprint(self.network.state_dict()), device, "fingerprint of the weights at the start")
        self.batches = Batches(examples, stage, training, group.rows(training.batch))
        self._held_out = held_out
        self._observer: Observer | None = None
        self._begin()

    def _begin(self) -> None:
        self._started = time.monotonic()
        self._reported = (self.iteration, self._started)

    @property
    def checkpoint(self) -> Path:
        """The file that a run goes on from."""
        return self.folder / CHECKPOINT

    def run(
        self,
        on_progress: Callable[[Progress], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> int:
        """Train until iterations or minutes are used up, or `should_stop` says so; return the iterations in all.

        Raises:
            TrainingError: the loss is not finite, or a checkpoint cannot be written.
            PeerLost: another process is gone; what was trained is saved.
        """
        self._begin()
        saved = self._started
        if self.keeps:
            self._observer = Observer(
                self.folder, self.stage, self.training, self.examples, held_out=self._held_out, device=self.device
            )
            self._observer.begin(self.iteration)
        self.network.train()
        try:
            while self.iteration < self.training.iterations:
                share = self._share_done(should_stop)
                if share >= 1.0:
                    break
                self._losses.append(self._step(share))
                self._after_step(on_progress)
                if time.monotonic() - saved > self.training.save_seconds:
                    self.save()
                    saved = time.monotonic()
            self.save()
        except PeerLost:
            self.save()  # the step that was cut changed nothing yet
            raise
        finally:
            self.batches.close()
            if self._observer:
                self._observer.log.close()
        return self.iteration

    def _elapsed(self) -> float:
        """Seconds of this run."""
        return time.monotonic() - self._started

    def _share_done(self, should_stop: Callable[[], bool] | None) -> float:
        """Share of the run that is done, 1 when it is to end; the same in all processes."""
        share = self.iteration / self.training.iterations
        if self.minutes:
            share = max(share, self._elapsed() / (self.minutes * 60))
        if should_stop and should_stop():
            share = STOPPED
        if self.minutes or should_stop:
            share = self.group.highest(share, self.device)
        self.stopped = share == STOPPED
        return share

    def _step(self, share: float) -> float:
        settings = self.training
        rate = learning_rate(settings, self.iteration, share, timed=bool(self.minutes))
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad(set_to_none=True)
        total = torch.zeros((), device=self.device)
        for part in self.batches.draw(self.iteration).parts(settings.passes(len(self.batches.rows))):
            loss = self._loss(part.to(self.device)).sum() / settings.batch
            loss.backward()
            total += loss.detach()
        mean = float(self.group.sum_gradients(self.network.parameters(), total).item())
        if not np.isfinite(mean):
            raise TrainingError(f"loss at iteration {self.iteration}: got {mean}, expected a finite value")
        if settings.gradient_clip:
            torch.nn.utils.clip_grad_norm_(self.network.parameters(), settings.gradient_clip)
        self.optimizer.step()
        self.ema.update(self.network)
        self.iteration += 1
        return mean

    def _loss(self, batch: Batch) -> torch.Tensor:
        """Loss of each example."""
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.training.bf16):
            return channel_zero_loss(
                self.denoiser,
                self.schedule,
                batch.x,
                batch.t,
                batch.eps,
                prediction=self.stage.prediction,
                labels=batch.labels,
            )

    def _after_step(self, on_progress: Callable[[Progress], None] | None) -> None:
        """Report, measure and draw where the settings say so; at the same iterations in a resumed run."""
        if self.iteration % self.training.log_every == 0:
            report = self._report()
            if on_progress:
                on_progress(report)
        if self._observer:
            self._observer.observe(self.iteration, self._averaged)

    def _report(self) -> Progress:
        mean, now = float(np.mean(self._losses)), time.monotonic()
        rate = (self.iteration - self._reported[0]) / (now - self._reported[1])
        self._losses, self._reported = [], (self.iteration, now)
        left = (self.training.iterations - self.iteration) / rate
        if self.minutes:
            left = min(left, self.minutes * 60 - self._elapsed())
        if self._observer:
            used = self.optimizer.param_groups[0]["lr"]
            self._observer.log.losses(self.iteration, mean, self.seconds + self._elapsed(), rate=used)
        return Progress(self.iteration, self.training.iterations, mean, rate * self.training.batch, left)

    def _averaged(self, x: torch.Tensor, t: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        """The network with the averaged weights; `t` as the network counts it."""
        output: torch.Tensor = functional_call(self.network, self.ema.weights, (x, t, labels))
        return output

    def save(self) -> None:
        """Write the checkpoint.

        Raises:
            TrainingError: it cannot be written; the one before stays as it is.
        """
        if not self.keeps:
            return
        save_state(
            {
                "iteration": self.iteration,
                "seconds": self.seconds + self._elapsed(),
                "network": self.network.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "ema": self.ema.state(),
                "losses": self._losses,
                "hardware": hardware(self.device, processes=self.group.size),
            },
            self.checkpoint,
        )

    def _restore(self) -> None:
        state = load_state(self.checkpoint)
        try:
            self.network.load_state_dict(state["network"])
            self.optimizer.load_state_dict(state["optimizer"])
        except (RuntimeError, ValueError, KeyError) as error:
            raise TrainingError(f"{self.checkpoint} does not fit this experiment: {error}") from error
        self.ema.restore(state["ema"])
        self.iteration, self.seconds = state["iteration"], state["seconds"]
        self._losses = list(state.get("losses", []))
