"""Finds the network inside a checkpoint: under which key, behind which prefix, and what lies beside it.

Published files hold `model_state`, keys often behind `module.`; those of the lucidrains trainer hold `model` and
`ema`, the network inside a diffusion object whose buffers tell the schedule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch

from mambo_engine.errors import BundleError

FIRST = "init_conv.weight"
"""The tensor that every network of this family has."""

HOLDERS = ("model_state", "ema", "model", "state_dict")


@dataclass(frozen=True)
class Contents:
    """The network in a checkpoint.

    Attributes:
        weights: by name, prefix removed.
        holder: key of the checkpoint that held them; empty when they lay bare.
        prefix: that was removed.
        buffers: of the diffusion object around the network, by name; empty where there is none.
        step: training step, where the file tells.
    """

    weights: dict[str, torch.Tensor]
    holder: str
    prefix: str
    buffers: dict[str, torch.Tensor]
    step: int | None


def find_network(checkpoint: Any, where: object, *, holder: str | None = None) -> Contents:
    """Find the network.

    Args:
        checkpoint: as read.
        where: file for the messages.
        holder: key to take it from; by default the first of `model_state`, `ema`, `model` and `state_dict` that is
            there, then the checkpoint itself.

    Raises:
        BundleError: there is none, or tensors lie beside it that belong to nothing known.
    """
    if not isinstance(checkpoint, Mapping):
        raise BundleError(f"{where}: got a {type(checkpoint).__name__}, expected a dict of tensors")
    found = holder or next((key for key in HOLDERS if isinstance(checkpoint.get(key), Mapping)), "")
    state = checkpoint.get(found) if found else checkpoint
    if not isinstance(state, Mapping):
        keys = ", ".join(str(key) for key in list(checkpoint)[:6])
        raise BundleError(f"{where}: got no {found!r}, expected it among the keys {keys}")
    tensors = {str(key): value for key, value in state.items() if isinstance(value, torch.Tensor)}
    prefix = _prefix(tensors, where)
    weights = {key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)}
    step = checkpoint.get("step")
    return Contents(weights, found, prefix, _buffers(tensors, prefix), step if isinstance(step, int) else None)


def _prefix(tensors: Mapping[str, torch.Tensor], where: object) -> str:
    """What stands before the network's own names; the averaged network where there are two."""
    prefixes = [key.removesuffix(FIRST) for key in tensors if key.endswith(FIRST)]
    if not prefixes:
        some = ", ".join(list(tensors)[:3]) or "no tensors"
        raise BundleError(f"{where}: got {some}, expected a U-Net with the tensor {FIRST}")
    averaged = [prefix for prefix in prefixes if "ema_model." in prefix]
    if len(averaged or prefixes) > 1:
        raise BundleError(f"{where}: got {len(prefixes)} networks ({', '.join(prefixes)}), expected one")
    return (averaged or prefixes)[0]


def _buffers(tensors: Mapping[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    """Tensors of the object that holds the network as `model`."""
    if not prefix.endswith("model.") or prefix.endswith("ema_model."):
        return {}
    outer = prefix.removesuffix("model.")
    beside = {key: value for key, value in tensors.items() if key.startswith(outer) and not key.startswith(prefix)}
    return {key.removeprefix(outer): value for key, value in beside.items()}
