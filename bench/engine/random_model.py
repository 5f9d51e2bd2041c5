"""A cascade with random weights, for what depends on shapes and sizes only."""

from __future__ import annotations

from mambo_engine.cascade.cascade import Cascade
from mambo_engine.cascade.stage import Stage
from mambo_engine.config import STAGES, Defaults, GeometryConfig, IntensityConfig, NetworkConfig, StageConfig
from mambo_engine.loading.bundle import prepared
from mambo_engine.loading.policy import Policy
from mambo_engine.networks.unet import UNet

SMALL = NetworkConfig(
    base_channels=8, multipliers=(1, 2), blocks_per_level=1, norm_groups=4, linear_attention=False, stem_patch=2
)
PAPER = NetworkConfig()


def random_cascade(geometry: GeometryConfig, network: NetworkConfig, policy: Policy) -> Cascade:
    """Build the three stages of one network shape with random weights, as the policy says."""
    from dataclasses import replace

    import torch

    torch.manual_seed(0)
    intensity, stages = IntensityConfig(bits=12), {}
    for name in STAGES:
        config = StageConfig(network)
        config = replace(config, network=replace(network, in_channels=config.channels(name)))
        denoiser = prepared(UNet(config.network).eval().requires_grad_(False), policy)
        stages[str(name)] = Stage(name, config, denoiser, geometry, intensity, policy.device, policy.bf16)
    return Cascade(stages, {}, Defaults(guided_stages=()))


def patches_of(cascade: Cascade) -> int:
    """Patches of one picture in all three stages when nothing is skipped."""
    return sum(stage.grid.count for stage in cascade.stages.values())
