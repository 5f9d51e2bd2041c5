"""Extra noise where a space-to-depth stem is blind: patterns of the stem's own period.

A stem of period 2 hands the four phases of each 2 x 2 square to the network as channels. What alternates from
pixel to pixel but is smooth over the patch has so little energy in white noise that the loss hardly asks for its
removal: a network trained without this kept 40 % of it at t = 200, and pictures had a lattice of two pixels.
Real pictures hold next to none of it, so a patch with more of it has the same best answer: take all of it for
noise. The extra noise therefore changes what is learned about these patterns only.

Source: ours; the thought is that of offset noise (N. Guttenberg, Diffusion with offset noise, 2023), at another
place of the spectrum.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

CELLS = 4
"""Independent values along a side of each phase's smooth field."""


def lattice(generator: np.random.Generator, size: int, period: int) -> NDArray[np.float32]:
    """Draw a pattern (size, size) of about unit variance whose mean over each period x period square is 0.

    Args:
        generator: source of randomness.
        size: side, px, a multiple of `period`.
        period: of the stem, 2 or more.
    """
    phases = period * period
    coarse = generator.standard_normal((phases, CELLS, CELLS)).astype(np.float32)
    coarse -= coarse.mean(axis=0)
    side = size // period
    fields = ndimage.zoom(coarse, (1, side / CELLS, side / CELLS), order=1, grid_mode=True, mode="nearest")
    tiled = fields.reshape(period, period, side, side).transpose(2, 0, 3, 1)
    return np.ascontiguousarray(tiled.reshape(size, size))
