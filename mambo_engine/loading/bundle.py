"""From a bundle on disk to a ready cascade on a device."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import torch
from torch import nn

from mambo_engine.cascade.cascade import Cascade
from mambo_engine.cascade.stage import Stage
from mambo_engine.checkpoint import (
    BundleManifest,
    Weights,
    check_tensors,
    is_stage_folder,
    read_manifest,
    read_stage,
    read_stage_weights,
    read_weights,
)
from mambo_engine.config import STAGES, NetworkConfig
from mambo_engine.loading.policy import Policy, choose_device, policy_for
from mambo_engine.networks.unet import UNet, tensor_shapes
from mambo_engine.types import Denoiser


def load_bundle(
    name: str | Path, *, device: str = "auto", precision: str = "auto", compiled: bool | None = None
) -> Cascade:
    """Load a bundle by name or folder.

    Args:
        name: a name in `mambo_engine/bundles`, or a folder.
        device: auto, cpu, cuda or mps.
        precision: auto, bf16 or fp32.
        compiled: run the networks through torch.compile; None: as the policy says. Draw with the plan of
            `plan_for`, or every batch size is compiled anew.

    Raises:
        BundleError: it is missing, foreign, or was changed after it was written.
        ConfigError: the device or precision is not to be had.
    """
    policy = policy_for(device, precision=precision, compiled=compiled)
    manifest = read_manifest(name)
    stages: dict[str, Stage] = {
        stage: Stage(
            name=stage,
            config=manifest.stages[stage],
            denoiser=prepared(_network(manifest, stage), policy),
            geometry=manifest.geometry,
            intensity=manifest.intensity,
            device=policy.device,
            bf16=policy.bf16,
        )
        for stage in STAGES
    }
    return Cascade(stages, manifest.vocabulary, manifest.defaults, manifest.pixel_spacing_mm, manifest.digest)


def load_denoiser(name: str | Path, stage: str = "patch", *, device: str = "auto") -> UNet:
    """Load one network alone, in evaluation mode and float32, taking (x, t, labels=None).

    `t` is what the network itself counts: from `first_timestep` of its settings on.

    Args:
        name: a bundle's name or folder, or the folder of a converted stage, or its file of weights.
        stage: of the bundle; a converted stage is only one.
        device: auto, cpu, cuda or mps.

    Raises:
        BundleError: it is missing, foreign, or was changed after it was written.
        ConfigError: the device is not to be had.
    """
    place = choose_device(device)
    if is_stage_folder(Path(name)):
        converted = read_stage(Path(name))
        network = _filled(converted.config.network, read_stage_weights(converted), converted.folder)
        return network.to(place)
    return _network(read_manifest(name), stage).to(place)


def prepared(network: UNet, policy: Policy) -> Denoiser:
    """Put a network on the policy's device in its precision and layout, compiled if it says so."""
    if policy.bf16:
        # What autocast would do at every call; the result is bit-equal and the weights take half the memory.
        for module in network.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                module.to(torch.bfloat16)
    if policy.channels_last:
        network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    network = network.to(policy.device)
    return cast(Denoiser, torch.compile(network, dynamic=False) if policy.compiled else network)


def _network(manifest: BundleManifest, stage: str) -> UNet:
    weights = read_weights(manifest, stage)
    return _filled(manifest.stages[stage].network, weights, manifest.path(stage))


def _filled(config: NetworkConfig, weights: Weights, where: Path) -> UNet:
    check_tensors(weights, tensor_shapes(config), where)
    with torch.device("meta"):
        network = UNet(config)
    tensors = {name: torch.from_numpy(value).float() for name, value in weights.items()}
    network.load_state_dict(tensors, assign=True)
    return network.eval().requires_grad_(False)
