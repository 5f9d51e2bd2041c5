"""A small convolutional network that reads labels off a mammogram; what it pools before its answers are features.

Five widths, each at half the side of the one before, and a residual block at the coarser three. It is small on
purpose: it must run beside the cascade on a laptop, and ship in the package.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 (the name torch users know)
from torch import nn

from mambo_engine.config import require

GROUPS = 8
GAMMA = 0.5
"""Of the linear scale before the network: dark tissue, most of a breast, gets more of the range."""


@dataclass(frozen=True)
class LabelNetworkConfig:
    """What a label network reads and how wide it is.

    Attributes:
        fields: label fields and their values, in order.
        side: every picture is brought to this side, px.
        widths: channels of each level; the last is the number of features.
    """

    fields: Mapping[str, tuple[str, ...]]
    side: int = 256
    widths: tuple[int, ...] = (16, 32, 64, 96, 128)

    def __post_init__(self) -> None:
        """Check fields, side and widths."""
        counts = [len(values) for values in self.fields.values()]
        require(bool(counts) and min(counts) >= 2, f"fields: got {counts} values, expected at least 2 in each")
        levels, divisor = len(self.widths), 2 ** len(self.widths)
        require(levels >= 2, f"widths: got {levels}, expected at least 2")
        require(all(width % GROUPS == 0 for width in self.widths), f"widths: expected multiples of {GROUPS}")
        require(self.side % divisor == 0, f"side: got {self.side}, expected a multiple of {divisor}")


class Residual(nn.Module):
    """Two 3x3 convolutions beside a shortcut."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first, self.second = (nn.Conv2d(channels, channels, 3, padding=1) for _ in range(2))
        self.norms = nn.ModuleList(nn.GroupNorm(GROUPS, channels) for _ in range(2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map (B, C, H, W) to the same shape."""
        h = F.silu(self.norms[0](self.first(x)))
        return F.silu(x + self.norms[1](self.second(h)))


def _level(channels_in: int, channels_out: int, *, residual: bool) -> nn.Sequential:
    layers = [nn.Conv2d(channels_in, channels_out, 3, stride=2, padding=1), nn.GroupNorm(GROUPS, channels_out)]
    return nn.Sequential(*layers, nn.SiLU(), Residual(channels_out) if residual else nn.Identity())


class LabelNetwork(nn.Module):
    """Features of pictures, and an answer for each label field."""

    def __init__(self, config: LabelNetworkConfig) -> None:
        super().__init__()
        self.config = config
        widths, coarse = (1, *config.widths), len(config.widths) - 3
        self.levels = nn.Sequential(
            *(_level(widths[i], widths[i + 1], residual=i >= coarse) for i in range(len(config.widths)))
        )
        # The largest value is looked at beside the mean: a lesion fills few places.
        self.heads = nn.ModuleDict(
            {name: nn.Linear(2 * widths[-1], len(values)) for name, values in config.fields.items()}
        )

    def maps(self, x: torch.Tensor) -> torch.Tensor:
        """Feature maps (B, D, h, w) of pictures (B, 1, side, side) on the linear scale [0, 1]."""
        found: torch.Tensor = self.levels(2.0 * x.clamp(0.0, 1.0) ** GAMMA - 1.0)
        return found

    def features(self, x: torch.Tensor) -> torch.Tensor:
        """Features (B, D), the mean over each map."""
        return self.maps(x).mean(dim=(2, 3))

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        """Logits (B, values) of each field for pictures (B, 1, side, side) on the linear scale."""
        maps = self.maps(x)
        pooled = torch.cat((maps.mean(dim=(2, 3)), maps.amax(dim=(2, 3))), dim=1)
        return {name: head(pooled) for name, head in self.heads.items()}


def fitted(pictures: torch.Tensor, side: int) -> torch.Tensor:
    """Bring pictures (B, 1, H, W) to (B, 1, side, side), averaging where they shrink."""
    if pictures.shape[-2:] == (side, side):
        return pictures
    return F.interpolate(pictures, size=(side, side), mode="bilinear", align_corners=False, antialias=True)
