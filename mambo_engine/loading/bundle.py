"""From a bundle on disk to a ready cascade on a device."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import torch
from torch import nn

from mambo_engine.cascade.cascade import Cascade
from mambo_engine.cascade.stage import Stage
from mambo_engine.checkpoint import BundleManifest, read_manifest, read_weights
from mambo_engine.config import STAGES
from mambo_engine.errors import BundleError
from mambo_engine.loading.policy import Policy, choose_device, policy_for
from mambo_engine.networks.unet import UNet
from mambo_engine.types import Denoiser


def load_bundle(
    name: str | Path, *, device: str = "auto", precision: str = "auto", compiled: bool | None = None
) -> Cascade:
    """Load a bundle by name or folder.

    Args:
        name: a name in `mambo_engine/bundles`, or a folder.
        device: auto, cpu, cuda or mps.
        precision: auto, bf16 or fp32.
        compiled: run the networks through torch.compile; None: where it pays.

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
            denoiser=_prepared(_network(manifest, stage), policy),
            geometry=manifest.geometry,
            intensity=manifest.intensity,
            device=policy.device,
            bf16=policy.bf16,
        )
        for stage in STAGES
    }
    return Cascade(stages, manifest.vocabulary, manifest.defaults, manifest.pixel_spacing_mm, manifest.digest)


def load_denoiser(name: str | Path, stage: str = "patch", *, device: str = "auto") -> UNet:
    """Load one stage's network alone, in evaluation mode and float32, taking (x, t, labels=None)."""
    place = choose_device(device)
    return _network(read_manifest(name), stage).to(place)


def _prepared(network: UNet, policy: Policy) -> Denoiser:
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
    with torch.device("meta"):
        network = UNet(manifest.stages[stage].network)
    weights = {name: torch.from_numpy(value).float() for name, value in read_weights(manifest, stage).items()}
    try:
        network.load_state_dict(weights, assign=True)
    except RuntimeError as error:
        raise BundleError(f"{manifest.path(stage)}: does not fit the declared network ({error})") from error
    return network.eval().requires_grad_(False)
