"""Checkpoints of a run on disk: written whole or not at all; and weights that a run starts from."""

from __future__ import annotations

import os
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from mambo_engine.checkpoint import read_manifest, read_weights
from mambo_engine.config import STAGES
from mambo_engine.errors import TrainingError

CHECKPOINT = "checkpoint.pt"
State = dict[str, Any]


def save_state(state: Mapping[str, Any], path: Path) -> None:
    """Write a checkpoint under another name, then move it: a kill leaves the old one or the new one.

    Raises:
        TrainingError: it cannot be written; the checkpoint before stays as it is.
    """
    partial = path.with_suffix(".partial")
    try:
        with partial.open("wb") as file:
            torch.save(dict(state), file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except (OSError, RuntimeError) as error:
        partial.unlink(missing_ok=True)
        kept = "; the checkpoint before it is unharmed" if path.is_file() else ""
        raise TrainingError(f"{path}: could not be written ({error}){kept}") from error


def load_state(path: Path) -> State:
    """Read a checkpoint to the CPU.

    Raises:
        TrainingError: it is missing or broken.
    """
    if not path.is_file():
        raise TrainingError(f"{path}: got no checkpoint, expected one; train this stage first")
    try:
        state: State = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, OSError, EOFError, pickle.UnpicklingError) as error:
        raise TrainingError(f"{path}: no checkpoint that can be read ({error})") from error
    if not isinstance(state, dict) or not {"iteration", "network", "optimizer", "ema"} <= state.keys():
        raise TrainingError(f"{path}: does not fit this experiment: expected iteration, network, optimizer, ema")
    return state


def initial_weights(source: str, runs: Path) -> Mapping[str, torch.Tensor]:
    """Weights to start from, averaged ones where the source has them.

    Args:
        source: a stage of the same experiment, bundle:NAME/STAGE, or a checkpoint file.
        runs: the folder that holds one folder of checkpoints a stage.

    Raises:
        TrainingError: a checkpoint is missing or broken.
        BundleError: a bundle is.
    """
    if source.startswith("bundle:"):
        name, _, stage = source.removeprefix("bundle:").rpartition("/")
        if not name or stage not in STAGES:
            raise TrainingError(f"init_from: got {source!r}, expected bundle:NAME/STAGE with one of {STAGES}")
        weights = read_weights(read_manifest(name), stage)
        return {key: torch.from_numpy(value).float() for key, value in weights.items()}
    state = load_state(runs / source / CHECKPOINT if source in STAGES else Path(source))
    found: Mapping[str, torch.Tensor] = state["ema"]["weights"]
    return found


def start_from(
    network: nn.Module, weights: Mapping[str, torch.Tensor], *, skip: tuple[str, ...] = ()
) -> list[str]:
    """Copy weights into a network and return the names that were left as they are.

    Args:
        network: gets the weights.
        weights: by name.
        skip: beginnings of names that may be absent or of another shape.

    Raises:
        TrainingError: other names are absent or of another shape; lists them.
    """
    own = network.state_dict()
    fits = {name: value for name, value in weights.items() if name in own and own[name].shape == value.shape}
    left = sorted(set(own) - set(fits))
    wrong = [name for name in left if not name.startswith(skip)] if skip else left
    if wrong:
        got = {name: tuple(weights[name].shape) if name in weights else "absent" for name in wrong}
        listed = "; ".join(f"{name} got {got[name]}, expected {tuple(own[name].shape)}" for name in wrong[:5])
        raise TrainingError(
            f"init_from: {len(wrong)} tensors do not fit ({listed}); init_skip names what may differ"
        )
    network.load_state_dict({**own, **fits})
    return left
