"""The square a phantom is drawn on: coordinates, random streams and curve drawing."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Array = NDArray[np.floating[Any]]
MARGIN = 8


@dataclass(frozen=True)
class Canvas:
    """A size x size square with coordinates in units of its side.

    Attributes:
        size: Side in pixels.
        seed: Non-negative seed; every random draw is a function of it and of a stream name.
    """

    size: int
    seed: int

    def rng(self, stream: str, *more: int) -> np.random.Generator:
        """Return the generator of a named stream, independent of all other streams.

        Args:
            stream: Name of what is drawn.
            more: Further integers that tell streams of the same name apart.
        """
        return np.random.default_rng([self.seed, zlib.crc32(stream.encode()), *more])

    def axes(self) -> tuple[Array, Array]:
        """Return pixel-centre coordinates x (1, size) and y (size, 1), both in 0..1."""
        centers = ((np.arange(self.size) + 0.5) / self.size).astype(np.float32)
        return centers[None, :], centers[:, None]

    def strokes(self, points: Array, weights: Array, *, width: float) -> Array:
        """Draw points of many curves as soft lines.

        Args:
            points: (n, 2) positions x, y in units of the side.
            weights: (n,) integrated height each point carries, in units of the side times height.
            width: Standard deviation of the line profile in units of the side.

        Returns:
            (size, size) sum of the lines; a line of spacing ds and weights ds * h peaks near
            h / (sqrt(2 pi) * width).
        """
        pad = MARGIN
        wide = self.size + 2 * pad
        position = points * self.size - 0.5 + pad
        base = np.floor(position).astype(np.int64)
        keep = np.all((base >= 0) & (base < wide - 1), axis=1)
        base, part, mass = base[keep], (position - np.floor(position))[keep], weights[keep]
        total = np.zeros(wide * wide)
        for dx in (0, 1):
            for dy in (0, 1):
                share = (part[:, 0] if dx else 1 - part[:, 0]) * (part[:, 1] if dy else 1 - part[:, 1])
                index = (base[:, 1] + dy) * wide + base[:, 0] + dx
                total += np.bincount(index, share * mass, minlength=wide * wide)
        image = total.reshape(wide, wide).astype(np.float32)
        image = ndimage.gaussian_filter(image, max(width * self.size, 0.35), truncate=3.0)
        return image[pad:-pad, pad:-pad] * np.float32(self.size * self.size)


def smoothstep(value: Array, low: float | Array, high: float | Array) -> Array:
    """Return the cubic step from 0 at low to 1 at high, element by element."""
    t = np.clip((value - low) / (high - low), 0.0, 1.0)
    return (t * t * (3.0 - 2.0 * t)).astype(np.float32)
