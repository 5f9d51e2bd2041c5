from __future__ import annotations

import torch
from torch import nn

from mambo_engine.checkpoint import read_manifest
from mambo_engine.loading import load_bundle, load_denoiser


def test_bf16_weights_give_what_autocast_gives_from_float32_weights() -> None:
    ready = load_bundle("phantom", device="cpu", precision="bf16").stages["patch"].denoiser
    plain = load_denoiser("phantom", "patch", device="cpu").to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    assert isinstance(ready, nn.Module)
    assert ready.get_parameter("init_conv.weight").dtype is torch.bfloat16
    assert ready.get_parameter("downs.0.0.block1.norm.weight").dtype is torch.float32
    x = torch.randn(2, 4, 64, 64, generator=torch.Generator().manual_seed(0))
    t = torch.full((2,), 500)
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        assert torch.equal(ready(x, t), plain(x, t))


def test_cascade_is_named_by_the_bundles_digest() -> None:
    assert load_bundle("phantom", device="cpu").identity == read_manifest("phantom").digest
