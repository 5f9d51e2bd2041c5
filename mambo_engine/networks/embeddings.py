"""Embeddings of the timestep and of the labels."""

from __future__ import annotations

import math

import torch
from torch import nn


class SinusoidalEmbedding(nn.Module):
    """Sine and cosine features of the timestep, frequencies from 1 down to 1/10000."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channels = channels

    def forward(self, t: torch.Tensor) -> torch.Tensor:
        """Map ``t`` (B,) to features (B, channels) in float32."""
        half = self.channels // 2
        step = -math.log(10000.0) / (half - 1)
        frequency = torch.exp(torch.arange(half, device=t.device, dtype=torch.float32) * step)
        angle = t.float()[:, None] * frequency[None, :]
        return torch.cat((angle.sin(), angle.cos()), dim=-1)


class LabelEmbedding(nn.Module):
    """Sum of one learned vector per label field; index 0 of every field is the null class."""

    def __init__(self, sizes: tuple[int, ...], channels: int) -> None:
        super().__init__()
        self.fields = nn.ModuleList(nn.Embedding(size + 1, channels) for size in sizes)

    def forward(self, labels: torch.Tensor) -> torch.Tensor:
        """Map ``labels`` (B, fields), integer, 0 = null, to (B, channels)."""
        vectors = [embedding(labels[:, index]) for index, embedding in enumerate(self.fields)]
        return torch.stack(vectors).sum(dim=0)
