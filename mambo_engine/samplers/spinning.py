"""Cycle spinning over the steps of a sampler: the network sees the patch moved by a pixel, another way each step.

A network with a space-to-depth stem treats the pixels of each square by their place in it. What it gets wrong in
the same way at every step adds up to a lattice of the stem's period; seen from another place each step, it
cancels.

Source: Coifman and Donoho, Translation-invariant de-noising, Lecture Notes in Statistics 103 (1995) 125: there
over shifts of one estimate, here over the steps of a walk, at no cost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch

Offset = tuple[int, int]


def step_offsets(timesteps: Sequence[int], period: int) -> Mapping[int, Offset]:
    """Rows and columns that the patch is moved by at each timestep, taking all places of a square in turn.

    The last evaluation sees the patch unmoved. Neighbors in time are diagonal, so that two steps already cancel
    what alternates along rows or columns.

    Args:
        timesteps: of a walk, falling; the last one, 0, is not evaluated.
        period: of the stem; 1 moves nothing.
    """
    if period == 1:
        return {}
    places = [(row, (row + turn) % period) for turn in range(period) for row in range(period)]
    evaluated = [t for t in timesteps if t > 0]
    return {t: places[number % len(places)] for number, t in enumerate(reversed(evaluated))}


def moved(x: torch.Tensor, offset: Offset) -> torch.Tensor:
    """Move (B, C, H, W) up and left by `offset`; the last rows and columns repeat the border."""
    rows, columns = offset
    if rows:
        x = torch.cat((x[:, :, rows:], x[:, :, -1:].expand(-1, -1, rows, -1)), dim=2)
    if columns:
        x = torch.cat((x[:, :, :, columns:], x[:, :, :, -1:].expand(-1, -1, -1, columns)), dim=3)
    return x


def moved_back(x: torch.Tensor, offset: Offset) -> torch.Tensor:
    """Move (B, C, H, W) down and right by `offset`; the first rows and columns repeat the border."""
    rows, columns = offset
    if rows:
        x = torch.cat((x[:, :, :1].expand(-1, -1, rows, -1), x[:, :, :-rows]), dim=2)
    if columns:
        x = torch.cat((x[:, :, :, :1].expand(-1, -1, -1, columns), x[:, :, :, :-columns]), dim=3)
    return x


def fill_border(clean: torch.Tensor, x_t: torch.Tensor, offset: Offset, ratio: float) -> torch.Tensor:
    """Estimate the first rows and columns, which a moved patch did not show, from their neighbors and from `x_t`.

    A pixel is its inner neighbor plus a step as large as the neighbor's own; linear least squares weighs that
    against what `x_t` says of it. Repeating the neighbor, or its output, leaves a line along the picture's border.

    Args:
        clean: estimate of x_0 (B, C, H, W), moved back.
        x_t: (B, C, H, W) over the signal's share of it, so that its mean is x_0.
        offset: rows and columns that were moved.
        ratio: standard deviation of the noise in `x_t`.
    """
    for axis, lost in zip((2, 3), offset, strict=True):
        for place in reversed(range(lost)):
            inner, seen = clean.select(axis, place + 1), x_t.select(axis, place)
            step = (clean.select(axis, place + 2) - inner).square().mean(dim=-1, keepdim=True)
            weight = step / (step + ratio**2).clamp_min(torch.finfo(step.dtype).tiny)
            border = (inner + weight * (seen - inner)).unsqueeze(axis)
            outer, _, rest = clean.tensor_split((place, place + 1), dim=axis)
            clean = torch.cat((outer, border, rest), dim=axis)
    return clean
