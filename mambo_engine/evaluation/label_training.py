"""Trains the label network: minutes on one CPU core."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (the name torch users know)
from numpy.typing import NDArray

from mambo_engine.config import require
from mambo_engine.errors import DataError
from mambo_engine.evaluation.label_examples import (
    BLURS_PX,
    SHARPNESS,
    UNKNOWN,
    LabeledImages,
    draw_example,
    fitted_array,
)
from mambo_engine.evaluation.label_network import LabelNetwork, LabelNetworkConfig

OnIteration = Callable[[int, float], None]
"""Told the number of iterations done and the loss of the last one."""


@dataclass(frozen=True)
class LabelTraining:
    """How a label network is trained.

    Attributes:
        fields: label fields to read from whole pictures; sharpness is added.
        iterations: steps of the optimizer.
        batch: examples a step, drawn from all sources equally often.
        learning_rate: highest, of AdamW in one cycle.
        weight_decay: of AdamW.
        side: of the network's input, px.
        seed: of weights and examples.
    """

    fields: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: {
            "birads": ("1", "2", "3", "4", "5"),
            "density": ("A", "B", "C", "D"),
            "view": ("CC", "MLO"),
        }
    )
    iterations: int = 700
    batch: int = 24
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    side: int = 256
    seed: int = 0

    def __post_init__(self) -> None:
        """Check ranges."""
        require(SHARPNESS not in self.fields, f"fields: got {SHARPNESS}, which is added by itself")
        for name in ("iterations", "batch"):
            value = getattr(self, name)
            require(value >= 1, f"{name}: got {value}, expected at least 1")
        require(self.learning_rate > 0, f"learning_rate: got {self.learning_rate}, expected above 0")

    @property
    def network(self) -> LabelNetworkConfig:
        """The network that is trained."""
        return LabelNetworkConfig({**self.fields, SHARPNESS: tuple(BLURS_PX)}, self.side)


def train_labels(
    sources: Sequence[LabeledImages], training: LabelTraining, on_iteration: OnIteration | None = None
) -> LabelNetwork:
    """Train a label network.

    Args:
        sources: pictures; each source gives as many examples as the others, however many pictures it has.
        training: settings.
        on_iteration: told after each step.

    Raises:
        DataError: no pictures, or labels of other fields.
    """
    _check(sources, training.fields)
    torch.manual_seed(training.seed)
    network, generator = LabelNetwork(training.network), np.random.default_rng(training.seed)
    network.train()
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=training.learning_rate, weight_decay=training.weight_decay
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, training.learning_rate, total_steps=max(2, training.iterations), pct_start=0.1
    )
    for iteration in range(1, training.iterations + 1):
        pictures, labels = _batch(sources, training, generator)
        with torch.autocast("cpu", torch.bfloat16):
            answers = network(pictures)
        loss = label_loss(answers, labels)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if on_iteration is not None:
            on_iteration(iteration, float(loss.detach()))
    return network.eval()


def _check(sources: Sequence[LabeledImages], fields: Mapping[str, tuple[str, ...]]) -> None:
    if not sources or not all(len(source.images) for source in sources):
        raise DataError("label training: got a source without pictures, expected at least one in each")
    for source in sources:
        if source.labels.shape != (len(source.images), len(fields)):
            expected = (len(source.images), len(fields))
            raise DataError(f"{source.name}: got labels of shape {source.labels.shape}, expected {expected}")


def _batch(
    sources: Sequence[LabeledImages], training: LabelTraining, generator: np.random.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    config = training.network
    drawn = [
        draw_example(sources[number % len(sources)], config.fields, config.side, generator)
        for number in range(training.batch)
    ]
    return torch.stack([picture for picture, _ in drawn]), torch.from_numpy(
        np.stack([label for _, label in drawn])
    )


def label_loss(answers: Mapping[str, torch.Tensor], labels: torch.Tensor) -> torch.Tensor:
    """Cross entropy summed over the fields, each the mean over examples whose label is known.

    Args:
        answers: logits (B, values) of each field.
        labels: (B, fields) in the order of `answers`; -1 is not counted.
    """
    losses = [
        F.cross_entropy(logits.float(), column, ignore_index=UNKNOWN)
        for logits, column in zip(answers.values(), labels.T, strict=True)
        if bool((column != UNKNOWN).any())
    ]
    if not losses:
        raise DataError("label training: got a batch without any label, expected at least one")
    return torch.stack(losses).sum()


@torch.inference_mode()
def held_out_accuracy(
    network: LabelNetwork, source: LabeledImages, fields: Mapping[str, tuple[str, ...]]
) -> dict[str, float]:
    """Share of whole pictures whose label is read right, by field; fields without a known label are left out."""
    side = network.config.side
    pictures = [
        torch.from_numpy(fitted_array(source.picture(index), side))[None] for index in range(len(source.images))
    ]
    read: dict[str, list[NDArray[np.int64]]] = {name: [] for name in fields}
    for first in range(0, len(pictures), 16):
        answers = network(torch.stack(pictures[first : first + 16]))
        for name in fields:
            read[name].append(answers[name].argmax(dim=1).numpy())
    found = {}
    for column, name in enumerate(fields):
        truth = source.labels[:, column]
        known = truth != UNKNOWN
        if known.any():
            found[name] = float((np.concatenate(read[name])[known] == truth[known]).mean())
    return found
