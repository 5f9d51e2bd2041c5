"""Batches of one stage: every example is a pure function of seed, iteration and its place in the batch.

So a resumed run draws what an unbroken one would have drawn, and several processes that share a batch draw
together what one process would draw alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from mambo_engine.config import StageConfig
from mambo_engine.training.examples import Examples
from mambo_engine.training.lattice import lattice
from mambo_engine.training.settings import TrainingConfig


@dataclass(frozen=True)
class Batch:
    """What one pass of the network needs.

    Attributes:
        x: clean channels (B, C, s, s), noise of the contexts included.
        labels: indices (B, fields), 0 = null, or None.
        t: timesteps (B,) in 1..T.
        eps: noise of channel 0 (B, 1, s, s).
    """

    x: torch.Tensor
    labels: torch.Tensor | None
    t: torch.Tensor
    eps: torch.Tensor

    def __len__(self) -> int:
        """Number of examples."""
        return len(self.x)

    def to(self, device: torch.device) -> Batch:
        """The same batch on another device."""
        labels = None if self.labels is None else self.labels.to(device)
        return Batch(self.x.to(device), labels, self.t.to(device), self.eps.to(device))

    def parts(self, count: int) -> Iterable[Batch]:
        """Split into `count` parts, the first ones an example larger where it does not divide."""
        cuts = np.array_split(np.arange(len(self)), count)
        for rows in (cut for cut in cuts if len(cut)):
            chosen = slice(int(rows[0]), int(rows[-1]) + 1)
            labels = None if self.labels is None else self.labels[chosen]
            yield Batch(self.x[chosen], labels, self.t[chosen], self.eps[chosen])


@dataclass(frozen=True)
class _Row:
    x: NDArray[np.float32]
    labels: NDArray[np.int64]
    t: int
    eps: NDArray[np.float32]


class Batches:
    """Draws the batches of a run, or one process's share of them.

    Args:
        examples: where examples come from.
        stage: settings of the stage.
        training: settings of the run.
        rows: places in the batch that are drawn here; default all.
    """

    def __init__(
        self,
        examples: Examples,
        stage: StageConfig,
        training: TrainingConfig,
        rows: Sequence[int] | None = None,
    ) -> None:
        self.examples, self.stage, self.training = examples, stage, training
        self.rows = range(training.batch) if rows is None else rows
        self._pool = ThreadPoolExecutor(training.workers) if training.workers else None
        self._coming: dict[int, list[Future[_Row]]] = {}

    def draw(self, iteration: int) -> Batch:
        """Draw the batch of an iteration; with workers, those of the next iteration begin meanwhile."""
        if self._pool is None:
            return self._stacked([self._row(iteration, row) for row in self.rows])
        for coming in (iteration, iteration + 1):
            if coming not in self._coming:
                self._coming[coming] = [self._pool.submit(self._row, coming, row) for row in self.rows]
        return self._stacked([future.result() for future in self._coming.pop(iteration)])

    def close(self) -> None:
        """End the threads."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def _row(self, iteration: int, row: int) -> _Row:
        settings = self.training
        generator = np.random.default_rng((settings.seed, iteration, row))
        x, labels = self.examples.one(generator)
        if settings.context_noise and len(x) > 1:
            level = np.float32(settings.context_noise * generator.random())
            x[1:] += level * generator.standard_normal(x[1:].shape, dtype=np.float32)
        kept = generator.random(len(labels)) >= settings.label_dropout
        kept &= generator.random() >= settings.label_dropout
        t = int(generator.integers(1, self.stage.schedule.num_timesteps + 1))
        eps = generator.standard_normal((1, *x.shape[1:]), dtype=np.float32)
        period = self.stage.network.stem_patch
        if settings.lattice_noise and period > 1:
            level = np.float32(settings.lattice_noise * generator.random())
            eps[0] += level * lattice(generator, x.shape[-1], period)
        return _Row(x, labels * kept, t, eps)

    def _stacked(self, rows: Sequence[_Row]) -> Batch:
        labels = None
        if self.stage.network.label_sizes:
            labels = torch.from_numpy(np.stack([row.labels for row in rows]))
        return Batch(
            x=torch.from_numpy(np.stack([row.x for row in rows])),
            labels=labels,
            t=torch.tensor([row.t for row in rows]),
            eps=torch.from_numpy(np.stack([row.eps for row in rows])),
        )
