"""From a bundle on disk to a ready cascade on a device."""

from __future__ import annotations

from pathlib import Path

import torch

from mambo_engine.cascade.cascade import Cascade
from mambo_engine.cascade.stage import Stage
from mambo_engine.checkpoint import BundleManifest, read_manifest, read_weights
from mambo_engine.config import STAGES
from mambo_engine.errors import BundleError, ConfigError
from mambo_engine.networks.unet import UNet


def choose_device(name: str = "auto") -> torch.device:
    """Return the device of this name; `auto` is CUDA, then Apple's MPS, then the CPU.

    Raises:
        ConfigError: the name is unknown or the device is not there.
    """
    available = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        return torch.device(next(kind for kind in ("cuda", "mps", "cpu") if available[kind]))
    if not available.get(name.split(":")[0], False):
        present = ", ".join(kind for kind, there in available.items() if there)
        raise ConfigError(f"device: got {name!r}, expected auto or one of: {present}")
    return torch.device(name)


def pays_bf16(device: torch.device) -> bool:
    """Tell whether bfloat16 is faster here: on CUDA, and on CPUs that multiply it in hardware."""
    if device.type == "cpu":
        return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())
    return device.type == "cuda"


def load_bundle(name: str | Path, *, device: str = "auto", precision: str = "auto") -> Cascade:
    """Load a bundle by name or folder.

    Args:
        name: a name in `mambo_engine/bundles`, or a folder.
        device: auto, cpu, cuda or mps.
        precision: auto, bf16 or fp32.

    Raises:
        BundleError: it is missing, foreign, or was changed after it was written.
        ConfigError: the device or precision is not to be had.
    """
    if precision not in ("auto", "bf16", "fp32"):
        raise ConfigError(f"precision: got {precision!r}, expected auto, bf16 or fp32")
    manifest, place = read_manifest(name), choose_device(device)
    bf16 = pays_bf16(place) if precision == "auto" else precision == "bf16"
    stages: dict[str, Stage] = {
        stage: Stage(
            name=stage,
            config=manifest.stages[stage],
            denoiser=_network(manifest, stage, place),
            geometry=manifest.geometry,
            intensity=manifest.intensity,
            device=place,
            bf16=bf16,
        )
        for stage in STAGES
    }
    return Cascade(stages, manifest.vocabulary, manifest.defaults, manifest.pixel_spacing_mm)


def load_denoiser(name: str | Path, stage: str = "patch", *, device: str = "auto") -> UNet:
    """Load one stage's network alone, in evaluation mode, taking (x, t, labels=None)."""
    return _network(read_manifest(name), stage, choose_device(device))


def _network(manifest: BundleManifest, stage: str, device: torch.device) -> UNet:
    network = UNet(manifest.stages[stage].network)
    weights = {name: torch.from_numpy(value).float() for name, value in read_weights(manifest, stage).items()}
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        raise BundleError(f"{manifest.path(stage)}: does not fit the declared network ({error})") from error
    network.eval().requires_grad_(False)
    return network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]
