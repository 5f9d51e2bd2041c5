"""The coarser images of a cache, which contexts are cut from, and the pixels where patches may be centered.

Kept on disk beside the cache: at the paper's size they are a hundred gigabytes, and each run would make them anew.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mambo_engine.cascade.background import drawn_mask
from mambo_engine.cascade.context import area_mean
from mambo_engine.config import GeometryConfig, IntensityConfig
from mambo_engine.data.intensity import network_from_stored
from mambo_engine.errors import DataError
from mambo_engine.training.cache import ImageCache
from mambo_engine.training.store import ArrayPlan, Store

VERSION = 1
"""To be raised when the same images give other coarse images or masks."""

Entry = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.uint8]]
Job = tuple[NDArray[np.uint16] | Path, int, GeometryConfig, IntensityConfig]


@dataclass(frozen=True)
class CoarseImages:
    """What is coarser than the full images, in network values.

    Attributes:
        whole: global images (n, s, s).
        mid: mid images (n, size / k, size / k).
        masks: dilated breast masks of the global images, 8 pixels a byte (n, s * s / 8).
    """

    whole: NDArray[np.float32]
    mid: NDArray[np.float32]
    masks: NDArray[np.uint8]

    def centers(self, index: int) -> NDArray[np.intp]:
        """Pixels of the global image where patches of image `index` may be centered, counted row by row.

        Raises:
            DataError: the image shows no breast.
        """
        found = np.flatnonzero(np.unpackbits(self.masks[index]))
        if not len(found):
            raise DataError(f"training image number {index}: got no breast, expected one to cut patches from")
        return found


def coarse_images(cache: ImageCache, geometry: GeometryConfig, intensity: IntensityConfig) -> CoarseImages:
    """Make the coarse images of a cache, or open those beside it."""
    s, mid, count = geometry.patch_size, geometry.mid_size, len(cache)
    if cache.folder is None:
        entries = [_entry((cache.images, index, geometry, intensity)) for index in range(count)]
        whole, halfway, masks = (np.stack(column) for column in zip(*entries, strict=True))
        return CoarseImages(whole, halfway, masks)  # type: ignore[arg-type]
    key = hashlib.sha256(repr((VERSION, geometry.size, s, mid, intensity)).encode()).hexdigest()
    plans = (
        ArrayPlan("global", (s, s), np.float32),
        ArrayPlan("mid", (mid, mid), np.float32),
        ArrayPlan("masks", (-(-s * s // 8),), np.uint8),
    )
    jobs = [(cache.folder / "images.npy", index, geometry, intensity) for index in range(count)]
    return CoarseImages(*Store(cache.folder / f"coarse-{key[:16]}", count, plans).open(_entry, jobs))


def _entry(job: Job) -> Entry:
    images, index, geometry, intensity = job
    if isinstance(images, Path):
        images = np.load(images, mmap_mode="r")
    full = network_from_stored(np.asarray(images[index]), intensity)
    whole = area_mean(full, geometry.size // geometry.patch_size)
    return whole, area_mean(full, geometry.context_factor), np.packbits(drawn_mask(whole, intensity))
