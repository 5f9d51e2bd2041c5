"""The U-Net of all three stages.

Source: paper sec. 8 and Tab. 8: base width 128, multipliers (1, 2, 2, 4, 4), 78.24M parameters with one
input channel and 78.25M with three. Module names follow the published key layout, so that official
weights load without a table. Options beyond the paper, all off by default: label embedding, space-to-depth
stem with an optional convolutional head, no linear attention, one block per level.
"""

from __future__ import annotations

from itertools import pairwise
from typing import cast

import torch
from torch import nn

from mambo_engine.config import NetworkConfig
from mambo_engine.networks.attention import FullAttention, LinearAttention
from mambo_engine.networks.blocks import ConvolutionalHead, ResidualBlock, downsample, upsample
from mambo_engine.networks.embeddings import LabelEmbedding, SinusoidalEmbedding


class UNet(nn.Module):
    """GroupNorm U-Net with linear attention on the way and full attention at the bottleneck."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        base = config.base_channels
        widths = (base, *(base * multiplier for multiplier in config.multipliers))
        self.init_conv = nn.Conv2d(config.in_channels * config.stem_patch**2, base, 7, padding=3)
        self.time_mlp = nn.Sequential(
            SinusoidalEmbedding(base),
            nn.Linear(base, config.embedding_channels),
            nn.GELU(),
            nn.Linear(config.embedding_channels, config.embedding_channels),
        )
        self.label_embedding: LabelEmbedding | None = None
        if config.label_sizes:
            self.label_embedding = LabelEmbedding(config.label_sizes, config.embedding_channels)
        self._build_levels(list(pairwise(widths)), widths[-1])
        self._build_output(base)

    def _block(self, channels_in: int, channels_out: int) -> ResidualBlock:
        return ResidualBlock(
            channels_in,
            channels_out,
            embedding=self.config.embedding_channels,
            groups=self.config.norm_groups,
        )

    def _attention(self, channels: int, *, full: bool) -> nn.Module:
        config = self.config
        if not full and not config.linear_attention:
            return nn.Identity()
        kind = FullAttention if full else LinearAttention
        return kind(
            channels,
            heads=config.attention_heads,
            head_channels=config.head_channels,
            memory=config.memory_tokens,
        )

    def _build_levels(self, pairs: list[tuple[int, int]], middle: int) -> None:
        """Create the downward path, the middle and the upward path; level = [blocks..., attention, resize]."""
        count = self.config.blocks_per_level
        self.downs, self.ups = nn.ModuleList(), nn.ModuleList()
        for level, (narrow, wide) in enumerate(pairs):
            last = level == len(pairs) - 1
            resize = nn.Conv2d(narrow, wide, 3, padding=1) if last else downsample(narrow, wide)
            blocks = [self._block(narrow, narrow) for _ in range(count)]
            self.downs.append(nn.ModuleList([*blocks, self._attention(narrow, full=last), resize]))
        self.mid_block1 = self._block(middle, middle)
        self.mid_attn = self._attention(middle, full=True)
        self.mid_block2 = self._block(middle, middle)
        for level, (narrow, wide) in reversed(list(enumerate(pairs))):
            first, deepest = level == 0, level == len(pairs) - 1
            resize = nn.Conv2d(wide, narrow, 3, padding=1) if first else upsample(wide, narrow)
            blocks = [self._block(wide + narrow, wide) for _ in range(count)]
            self.ups.append(nn.ModuleList([*blocks, self._attention(wide, full=deepest), resize]))

    def _build_output(self, base: int) -> None:
        config = self.config
        self.final_res_block = self._block(base * 2, base)
        self.head: ConvolutionalHead | None = None
        features = config.refine_channels or config.out_channels
        self.final_conv = nn.Conv2d(base, features * config.stem_patch**2, 1)
        if config.refine_channels:
            self.head = ConvolutionalHead(features, config.in_channels, config.out_channels)
        self.stem: nn.Module = nn.Identity()
        self.unstem: nn.Module = nn.Identity()
        if config.stem_patch > 1:
            self.stem = nn.PixelUnshuffle(config.stem_patch)
            self.unstem = nn.PixelShuffle(config.stem_patch)

    def embed(self, t: torch.Tensor, labels: torch.Tensor | None) -> torch.Tensor:
        """Embed timesteps ``t`` (B,) and ``labels`` (B, fields) or None (all null) as (B, E)."""
        embedding: torch.Tensor = self.time_mlp(t)
        if self.label_embedding is not None:
            if labels is None:
                labels = t.new_zeros((t.shape[0], len(self.config.label_sizes)), dtype=torch.long)
            embedding = embedding + self.label_embedding(labels)
        return embedding

    def forward(self, x: torch.Tensor, t: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        """Predict from ``x`` (B, in_channels, H, W) at ``t`` (B,): (B, out_channels, H, W)."""
        embedding = self.embed(t, labels)
        h = self.init_conv(self.stem(x))
        outermost = h
        skips: list[torch.Tensor] = []
        for level in self.downs:
            *blocks, attention, resize = cast(nn.ModuleList, level)
            for block in blocks:
                h = block(h, embedding)
                skips.append(h)
            h = _attend(attention, h)
            skips[-1] = h
            h = resize(h)
        h = self.mid_block1(h, embedding)
        h = _attend(self.mid_attn, h)
        h = self.mid_block2(h, embedding)
        for level in self.ups:
            *blocks, attention, resize = cast(nn.ModuleList, level)
            for block in blocks:
                h = block(torch.cat((h, skips.pop()), dim=1), embedding)
            h = resize(_attend(attention, h))
        h = self.final_res_block(torch.cat((h, outermost), dim=1), embedding)
        h = self.unstem(self.final_conv(h))
        if self.head is not None:
            h = self.head(h, x)
        return h


def _attend(attention: nn.Module, h: torch.Tensor) -> torch.Tensor:
    """Add the attention output to ``h``; a level without attention passes unchanged."""
    if isinstance(attention, nn.Identity):
        return h
    out: torch.Tensor = attention(h) + h
    return out


def parameter_count(config: NetworkConfig) -> int:
    """Number of parameters of the network, counted on the meta device (no memory, no time)."""
    with torch.device("meta"):
        return sum(parameter.numel() for parameter in UNet(config).parameters())


def tensor_shapes(config: NetworkConfig) -> dict[str, tuple[int, ...]]:
    """Shape of each tensor of the network by its name, told on the meta device (no memory, no time)."""
    with torch.device("meta"):
        return {name: tuple(value.shape) for name, value in UNet(config).state_dict().items()}
