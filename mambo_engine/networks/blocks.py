"""Building blocks of the U-Net: normalization, residual block, resampling.

Source: paper sec. 8 and Tab. 8 for the widths; GroupNorm in the residual blocks is what makes the
parameter counts of the paper come out exactly. Names of the sub-modules follow the published key layout.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812 (the name torch users know)
from torch import nn


class RMSNorm(nn.Module):
    """Scale each pixel's channel vector to unit root mean square times a learned gain."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.g = nn.Parameter(torch.ones(1, channels, 1, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Normalize ``x`` (B, C, H, W) over C."""
        gain = self.g * float(x.shape[1]) ** 0.5
        return F.normalize(x, dim=1) * gain


class ConvolutionBlock(nn.Module):
    """3x3 convolution, GroupNorm, optional scale and shift by the embedding, SiLU."""

    def __init__(self, channels_in: int, channels_out: int, groups: int) -> None:
        super().__init__()
        self.proj = nn.Conv2d(channels_in, channels_out, 3, padding=1)
        self.norm = nn.GroupNorm(groups, channels_out)

    def forward(
        self, x: torch.Tensor, scale_shift: tuple[torch.Tensor, torch.Tensor] | None = None
    ) -> torch.Tensor:
        """Map (B, channels_in, H, W) to (B, channels_out, H, W)."""
        x = self.norm(self.proj(x))
        if scale_shift is not None:
            scale, shift = scale_shift
            x = x * (scale + 1) + shift
        return F.silu(x)


class ResidualBlock(nn.Module):
    """Two convolution blocks with the embedding in the first and a residual connection."""

    def __init__(self, channels_in: int, channels_out: int, *, embedding: int, groups: int) -> None:
        super().__init__()
        self.mlp = nn.Sequential(nn.SiLU(), nn.Linear(embedding, channels_out * 2))
        self.block1 = ConvolutionBlock(channels_in, channels_out, groups)
        self.block2 = ConvolutionBlock(channels_out, channels_out, groups)
        same = channels_in == channels_out
        self.res_conv: nn.Module = nn.Identity() if same else nn.Conv2d(channels_in, channels_out, 1)

    def forward(self, x: torch.Tensor, embedding: torch.Tensor) -> torch.Tensor:
        """Map ``x`` (B, channels_in, H, W) and ``embedding`` (B, E) to (B, channels_out, H, W)."""
        scale, shift = self.mlp(embedding)[:, :, None, None].chunk(2, dim=1)
        h = self.block1(x, (scale, shift))
        h = self.block2(h)
        residual: torch.Tensor = self.res_conv(x)
        return h + residual


def downsample(channels_in: int, channels_out: int) -> nn.Sequential:
    """Halve the sides: space to depth, then a 1x1 convolution (index 1, as in the key layout)."""
    return nn.Sequential(nn.PixelUnshuffle(2), nn.Conv2d(channels_in * 4, channels_out, 1))


def upsample(channels_in: int, channels_out: int) -> nn.Sequential:
    """Double the sides: nearest neighbour, then a 3x3 convolution (index 1, as in the key layout)."""
    return nn.Sequential(
        nn.Upsample(scale_factor=2, mode="nearest"), nn.Conv2d(channels_in, channels_out, 3, padding=1)
    )


class ConvolutionalHead(nn.Module):
    """Output head at full resolution for networks with a space-to-depth stem.

    A bare depth-to-space output leaves a faint lattice with the period of the stem; two 3x3 convolutions
    over the rearranged features and the input channels remove it.
    """

    def __init__(self, features: int, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.mix = nn.Conv2d(features + channels_in, features, 3, padding=1)
        self.out = nn.Conv2d(features, channels_out, 3, padding=1)

    def forward(self, h: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        """Map features ``h`` (B, F, H, W) and the input ``x`` (B, C, H, W) to (B, out, H, W)."""
        out: torch.Tensor = self.out(F.silu(self.mix(torch.cat((h, x.to(h.dtype)), dim=1))))
        return out
