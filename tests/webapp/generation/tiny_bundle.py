"""A bundle with untrained weights, made by the engine's own code: it draws noise, but the same each time."""

from __future__ import annotations

from pathlib import Path

from mambo_engine.checkpoint import BundleManifest, write_bundle
from mambo_engine.config import (
    Defaults,
    GeometryConfig,
    IntensityConfig,
    NetworkConfig,
    ScheduleConfig,
    StageConfig,
)

VOCABULARY = {"birads": ("1", "2", "4"), "view": ("CC", "MLO")}
SHAPE = {
    "base_channels": 8,
    "multipliers": (1, 2),
    "blocks_per_level": 1,
    "attention_heads": 1,
    "head_channels": 8,
    "linear_attention": False,
}


def write_tiny_bundle(folder: Path, *, steps: int = 3, size: int = 64) -> BundleManifest:
    """Write the bundle: 16 → size/2 → size pixels, in a second or less per picture at the default size."""
    import torch

    from mambo_engine.networks.unet import UNet

    torch.manual_seed(0)
    stages = {
        "global": _stage(1, label_sizes=tuple(len(values) for values in VOCABULARY.values())),
        "local": _stage(3),
        "patch": _stage(3),
    }
    manifest = BundleManifest(
        name="tiny",
        geometry=GeometryConfig(size=size, patch_size=16, context_factor=2, overlap=4),
        intensity=IntensityConfig(bits=12, gamma=0.6),
        stages=stages,
        vocabulary=VOCABULARY,
        defaults=Defaults(sampler="dpmpp_2m", steps=steps, guidance=1.0),
        license="Apache-2.0",
        data="untrained",
        pixel_spacing_mm=0.4,
    )
    weights = {
        name: {key: value.numpy() for key, value in UNet(stage.network).state_dict().items()}
        for name, stage in stages.items()
    }
    return write_bundle(manifest, weights, folder)


def _stage(channels: int, **network: object) -> StageConfig:
    schedule = ScheduleConfig(kind="cosine")
    return StageConfig(NetworkConfig(in_channels=channels, **SHAPE, **network), schedule, prediction="v")
