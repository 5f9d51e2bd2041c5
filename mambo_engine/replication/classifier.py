"""A small classifier of two classes, trained from nothing on whole pictures: seconds to minutes on one core."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (the name torch users know)
from numpy.typing import NDArray

from mambo_engine.config import require
from mambo_engine.errors import DataError
from mambo_engine.evaluation.label_network import LabelNetwork, LabelNetworkConfig

ANSWER = "positive"
VALUES = ("no", "yes")
SHIFT = 0.06
GAMMA, GAIN = 0.15, 0.1
BATCH = 64
Images = NDArray[np.float32]


@dataclass(frozen=True)
class ClassifierSettings:
    """How the classifier is built and trained.

    Attributes:
        side: of its input, px.
        widths: channels of its levels; each halves the side.
        epochs: rounds over the training set.
        batch: pictures a step.
        learning_rate: highest, of AdamW in one cycle.
        weight_decay: of AdamW.
    """

    side: int = 256
    widths: tuple[int, ...] = (16, 32, 64, 96, 128)
    epochs: int = 30
    batch: int = 24
    learning_rate: float = 2e-3
    weight_decay: float = 0.05

    def __post_init__(self) -> None:
        """Check ranges; the network checks side and widths."""
        for name in ("epochs", "batch"):
            value = getattr(self, name)
            require(value >= 1, f"classifier {name}: got {value}, expected at least 1")
        require(self.learning_rate > 0, f"classifier learning_rate: got {self.learning_rate}, expected above 0")
        _ = self.network

    @property
    def network(self) -> LabelNetworkConfig:
        """The network that is trained."""
        return LabelNetworkConfig({ANSWER: VALUES}, self.side, self.widths)


def train_classifier(
    images: Images, truth: NDArray[np.bool_], settings: ClassifierSettings, seed: int
) -> LabelNetwork:
    """Train on pictures of two classes, each class weighing the same.

    Args:
        images: (n, side, side) on the linear scale.
        truth: (n,) which are positive.
        settings: of network and training.
        seed: of weights, order and augmentation.

    Raises:
        DataError: another shape, or a class without pictures.
    """
    _check(images, truth, settings.side)
    torch.manual_seed(seed)
    network, generator = LabelNetwork(settings.network).train(), np.random.default_rng(seed)
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay
    )
    steps = -(-len(images) // settings.batch) * settings.epochs
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, settings.learning_rate, total_steps=max(2, steps), pct_start=0.1
    )
    share = float(truth.mean())
    weights = torch.tensor([0.5 / (1 - share), 0.5 / share])
    for _ in range(settings.epochs):
        order = generator.permutation(len(images))
        for first in range(0, len(order), settings.batch):
            chosen = order[first : first + settings.batch]
            loss = _loss(network, [augmented(images[i], generator) for i in chosen], truth[chosen], weights)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    return network.eval()


def _loss(
    network: LabelNetwork, pictures: list[Images], truth: NDArray[np.bool_], weights: torch.Tensor
) -> torch.Tensor:
    answers = network(torch.from_numpy(np.stack(pictures)[:, None]))[ANSWER]
    return F.cross_entropy(answers, torch.from_numpy(truth.astype(np.int64)), weight=weights)


def _check(images: Images, truth: NDArray[np.bool_], side: int) -> None:
    if images.shape != (len(truth), side, side):
        raise DataError(f"classifier: got images {images.shape}, expected ({len(truth)}, {side}, {side})")
    if not truth.any() or truth.all():
        raise DataError(f"classifier: got {int(truth.sum())} positive of {len(truth)}, expected both classes")


def augmented(picture: Images, generator: np.random.Generator) -> Images:
    """Moved along the chest wall, upside down half of the time, with other contrast and brightness."""
    most = round(SHIFT * len(picture))
    shift = int(generator.integers(-most, most + 1))
    rows = np.clip(np.arange(len(picture)) - shift, 0, len(picture) - 1)
    if generator.random() < 0.5:
        rows = rows[::-1]
    gamma, gain = (np.exp(generator.uniform(-most, most)) for most in (GAMMA, GAIN))
    return np.asarray(np.clip(gain * picture[rows] ** gamma, 0.0, 1.0), dtype=np.float32)


@torch.inference_mode()
def scores(network: LabelNetwork, images: Images) -> NDArray[np.float64]:
    """Probability (n,) that each picture (n, side, side) is positive."""
    found = []
    for first in range(0, len(images), BATCH):
        batch = torch.from_numpy(np.ascontiguousarray(images[first : first + BATCH]))[:, None]
        found.append(network(batch)[ANSWER].double().softmax(dim=1)[:, 1].numpy())
    return np.concatenate(found)
