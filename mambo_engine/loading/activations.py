"""Counts what a network keeps alive at most, without running it: shapes go through, numbers do not."""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from mambo_engine.config import NetworkConfig
from mambo_engine.networks.unet import UNet


class LiveBytes(TorchDispatchMode):
    """Follows every storage made under it from its making to its release.

    Args:
        given: tensors that were there before; views of them are not counted.

    Attributes:
        peak: most bytes alive at one time.
    """

    def __init__(self, given: Iterable[torch.Tensor] = ()) -> None:
        super().__init__()
        self.peak = 0
        self._given = {tensor.untyped_storage()._cdata for tensor in given}
        self._alive: dict[int, int] = {}

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run the operation and count the storages of its results."""
        out = func(*args, **(kwargs or {}))
        for value in tree_leaves(out):
            if isinstance(value, torch.Tensor):
                self._follow(value.untyped_storage())
        return out

    def _follow(self, storage: torch.UntypedStorage) -> None:
        key = storage._cdata
        if key in self._alive or key in self._given:
            return
        self._alive[key] = storage.nbytes()
        self.peak = max(self.peak, sum(self._alive.values()))
        weakref.finalize(storage, self._alive.pop, key, None)


@lru_cache(maxsize=16)
def activation_bytes(config: NetworkConfig, side: int) -> int:
    """Most bytes alive in one forward pass of one image (side, side), float32, the weights left out.

    Counted on the meta device: it takes no memory, and a tenth of a second. Attention counts as if it kept its
    whole matrix, which is more than it does where a fused kernel runs.
    """
    with torch.device("meta"), torch.no_grad():
        network = UNet(config).eval()
        x, t = torch.empty(1, config.in_channels, side, side), torch.empty(1)
        with LiveBytes(network.parameters()) as live:
            network(x, t)
    return live.peak + x.untyped_storage().nbytes()
