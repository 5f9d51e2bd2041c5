"""Self-attention over pixels: linear (cost grows with the area) and full (with the area squared).

Both prepend learned memory key/value pairs. Source: paper sec. 8; Shen et al., arXiv 1812.01243 (linear).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812 (the name torch users know)
from torch import nn

from mambo_engine.networks.blocks import RMSNorm


class LinearAttention(nn.Module):
    """Softmax over channels for queries and over pixels for keys, so that keys meet values first."""

    def __init__(self, channels: int, *, heads: int, head_channels: int, memory: int) -> None:
        super().__init__()
        hidden = heads * head_channels
        self.heads, self.head_channels = heads, head_channels
        self.norm = RMSNorm(channels)
        self.mem_kv = nn.Parameter(torch.randn(2, heads, head_channels, memory))
        self.to_qkv = nn.Conv2d(channels, hidden * 3, 1, bias=False)
        self.to_out = nn.Sequential(nn.Conv2d(hidden, channels, 1), RMSNorm(channels))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the attention output for ``x`` (B, C, H, W), without the residual."""
        b, _, height, width = x.shape
        shape = (b, self.heads, self.head_channels, height * width)
        q, k, v = (part.reshape(shape) for part in self.to_qkv(self.norm(x)).chunk(3, dim=1))
        memory_k, memory_v = (m.expand(b, -1, -1, -1) for m in self.mem_kv.to(k.dtype))
        k, v = torch.cat((memory_k, k), dim=-1), torch.cat((memory_v, v), dim=-1)  # (b, h, d, m + n)
        q = q.softmax(dim=-2) * self.head_channels**-0.5
        context = torch.einsum("bhdn,bhen->bhde", k.softmax(dim=-1), v)
        out = torch.einsum("bhde,bhdn->bhen", context, q.to(context.dtype))
        result: torch.Tensor = self.to_out(out.reshape(b, -1, height, width))
        return result


class FullAttention(nn.Module):
    """Scaled dot-product attention between all pixels; for the small grids at the bottleneck."""

    def __init__(self, channels: int, *, heads: int, head_channels: int, memory: int) -> None:
        super().__init__()
        hidden = heads * head_channels
        self.heads, self.head_channels = heads, head_channels
        self.norm = RMSNorm(channels)
        self.mem_kv = nn.Parameter(torch.randn(2, heads, memory, head_channels))
        self.to_qkv = nn.Conv2d(channels, hidden * 3, 1, bias=False)
        self.to_out = nn.Conv2d(hidden, channels, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the attention output for ``x`` (B, C, H, W), without the residual."""
        b, _, height, width = x.shape
        shape = (b, self.heads, self.head_channels, height * width)
        q, k, v = (part.reshape(shape).mT for part in self.to_qkv(self.norm(x)).chunk(3, dim=1))
        memory_k, memory_v = (m.expand(b, -1, -1, -1) for m in self.mem_kv.to(k.dtype))
        k, v = torch.cat((memory_k, k), dim=-2), torch.cat((memory_v, v), dim=-2)  # (b, h, m + n, d)
        out = F.scaled_dot_product_attention(q, k, v).mT  # (b, h, d, n)
        result: torch.Tensor = self.to_out(out.reshape(b, -1, height, width))
        return result
