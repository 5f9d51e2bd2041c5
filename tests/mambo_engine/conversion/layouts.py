"""Small checkpoints in the published layout and its neighbors, with random weights."""

from __future__ import annotations

import torch

from mambo_engine.config import NetworkConfig
from mambo_engine.networks.unet import UNet


def published(*, channels: int = 1, outputs: int = 1, base: int = 8, levels: int = 2) -> dict[str, torch.Tensor]:
    """State dict of a small network of the paper's kind."""
    torch.manual_seed(channels * 10 + outputs)
    config = NetworkConfig(channels, outputs, base, (1, 2, 4)[:levels], attention_heads=2, head_channels=4)
    return {name: value.clone() for name, value in UNet(config).state_dict().items()}


def prefixed(state: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {prefix + name: value for name, value in state.items()}


def with_rms_norm(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The layout of 2.0.0 and later: a gain in the residual blocks, neither weight nor bias."""
    out = {}
    for name, value in state.items():
        if ".norm.weight" in name and "block" in name:
            out[name.replace("norm.weight", "norm.g")] = value[None, :, None, None]
        elif not (".norm.bias" in name and "block" in name):
            out[name] = value
    return out


def without_memory(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The layout of 1.8: attention without memory tokens."""
    return {name: value for name, value in state.items() if not name.endswith("mem_kv")}


def diffusion_buffers(betas: torch.Tensor, *, loss_weight: torch.Tensor | None = None) -> dict[str, torch.Tensor]:
    alphas_cumprod = torch.cumprod(1 - betas, 0)
    weight = torch.ones_like(betas) if loss_weight is None else loss_weight
    buffers = {"betas": betas, "alphas_cumprod": alphas_cumprod, "loss_weight": weight}
    return {name: value.float() for name, value in buffers.items()}
