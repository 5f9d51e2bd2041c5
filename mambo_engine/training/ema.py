"""Exponential moving average of the weights, with a warm-up: early averages forget fast."""

from __future__ import annotations

import torch
from torch import nn


class Ema:
    """A running average of a network's parameters.

    Args:
        network: the network that is trained.
        decay: final share of the old average at each step; 0 keeps a plain copy.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.decay = decay
        self.steps = 0
        self.weights = {name: value.detach().clone() for name, value in network.state_dict().items()}

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        """Take the present weights into the average."""
        self.steps += 1
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps)) if self.decay else 0.0
        for name, value in network.state_dict().items():
            self.weights[name].lerp_(value, 1.0 - decay)

    def state(self) -> dict[str, object]:
        """Return what a checkpoint keeps."""
        return {"steps": self.steps, "weights": self.weights}

    def restore(self, state: dict[str, object]) -> None:
        """Go on from a checkpoint's state."""
        self.steps = int(state["steps"])  # type: ignore[call-overload]
        kept: dict[str, torch.Tensor] = dict(state["weights"])  # type: ignore[call-overload]
        self.weights = {name: value.to(self.weights[name].device) for name, value in kept.items()}
