"""One checkpoint in the published layout becomes one stage of ours.

Source: layout as in paper sec. 8 and the public code's files; see `layout` for the versions. Channel 0 of the
output is the noised one (Alg. 1 and 2), so a network with 3 outputs keeps the first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mambo_engine.checkpoint import ConvertedStage, check_tensors
from mambo_engine.config import IntensityConfig, NetworkConfig, ScheduleConfig, StageConfig
from mambo_engine.conversion.contents import Contents, find_network
from mambo_engine.conversion.diffusion_settings import prediction_of, schedule_of
from mambo_engine.conversion.layout import network_config, refuse_foreign
from mambo_engine.conversion.pickles import file_sha256, open_checkpoint
from mambo_engine.errors import BundleError
from mambo_engine.networks.unet import tensor_shapes

PUBLISHED = IntensityConfig(bits=12, kind="affine", mean=0.007, std=0.01)
"""The public code's mapping, for 12-bit images."""


@dataclass(frozen=True)
class Reading:
    """What the tensors cannot tell; the defaults are the paper's.

    Attributes:
        groups: of GroupNorm.
        heads: of attention, asked for only by networks without memory tokens.
        schedule: noise schedule; None: as the file tells, or linear with T = 1000.
        prediction: eps, x_0 or v; None: as the file tells, or eps.
        intensity: mapping of stored values; None: the published one, or -1..1 for files of the lucidrains trainer.
        holder: key to take the network from, where the file holds several.
    """

    groups: int = 8
    heads: int = 4
    schedule: ScheduleConfig | None = None
    prediction: str | None = None
    intensity: IntensityConfig | None = None
    holder: str | None = None


def convert_file(path: Path, reading: Reading | None = None) -> tuple[ConvertedStage, dict[str, NDArray[Any]]]:
    """Convert one checkpoint; return what the stage declares and its weights in float32.

    Args:
        path: torch pickle or safetensors file.
        reading: what the tensors cannot tell.

    Raises:
        BundleError: the file is broken, holds code, or is of a layout that can't be converted; says why.
    """
    reading = reading or Reading()
    contents = find_network(open_checkpoint(path), path, holder=reading.holder)
    shapes = {name: tuple(value.shape) for name, value in contents.weights.items()}
    refuse_foreign(shapes, path)
    network = network_config(shapes, path, groups=reading.groups, heads=reading.heads)
    weights = {name: value.float().numpy() for name, value in contents.weights.items()}
    if not network.memory_tokens:
        weights |= _empty_memories(network)
    check_tensors(weights, tensor_shapes(network), path)
    outputs = _output_channels(network, path)
    for name in ("final_conv.weight", "final_conv.bias"):
        weights[name] = np.ascontiguousarray(weights[name][:1])
    config, intensity = _settings(replace(network, out_channels=1), contents, reading, path)
    source = {
        "file": path.name,
        "sha256": file_sha256(path),
        "holder": contents.holder or None,
        "prefix": contents.prefix or None,
        "step": contents.step,
        "output_channels": outputs,
    }
    return ConvertedStage(config, intensity, source), weights


def _output_channels(network: NetworkConfig, path: Path) -> int:
    if network.out_channels not in (1, network.in_channels):
        expected = f"1 or {network.in_channels}" if network.in_channels > 1 else "1"
        raise BundleError(
            f"{path}: got {network.out_channels} output channels, expected {expected}; "
            "learned variances are not known here"
        )
    return network.out_channels


def _empty_memories(network: NetworkConfig) -> dict[str, NDArray[Any]]:
    shapes = tensor_shapes(network).items()
    return {name: np.zeros(shape, dtype=np.float32) for name, shape in shapes if name.endswith("mem_kv")}


def _settings(
    network: NetworkConfig, contents: Contents, reading: Reading, path: Path
) -> tuple[StageConfig, IntensityConfig]:
    """Put together what the file tells and what the caller says; they must not contradict each other."""
    schedule, prediction = reading.schedule, reading.prediction
    if "betas" in contents.buffers:
        told = schedule_of(contents.buffers, path)
        _agree("schedule", schedule, told, path)
        schedule, found = told, prediction_of(contents.buffers, told)
        if found is not None:
            _agree("prediction", prediction, found, path)
            prediction = found
    usual = IntensityConfig(bits=8) if contents.buffers else PUBLISHED
    config = StageConfig(network, schedule or ScheduleConfig(), prediction or "eps", first_timestep=0)
    return config, reading.intensity or usual


def _agree(name: str, said: object, told: object, path: Path) -> None:
    if said is not None and said != told:
        raise BundleError(f"{path}: got {name} {said}, expected {told}: so the file says itself")
