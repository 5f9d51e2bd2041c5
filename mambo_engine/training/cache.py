"""Training images drawn once into memory-mapped files: stored values, breast masks, label indices.

The cache is a function of (count, size, seed): it can be deleted and comes back the same.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mambo_engine.data.phantom import BIRADS, DENSITIES, VIEWS, PhantomLabels, draw_phantom
from mambo_engine.errors import DataError

VOCABULARY: dict[str, tuple[str, ...]] = {
    "birads": tuple(str(category) for category in BIRADS),
    "density": tuple(DENSITIES),
    "view": tuple(VIEWS),
}
"""Labels of the phantoms, in the order of their indices (0 = null)."""


@dataclass(frozen=True)
class ImageCache:
    """Images (n, size, size) as stored uint16 values, with label indices (n, fields), 1 = first value."""

    images: NDArray[np.uint16]
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        """Number of images."""
        return len(self.images)


def phantom_labels(index: int) -> PhantomLabels:
    """Labels of the phantom number `index`: every combination comes equally often."""
    order = np.random.default_rng(index // 40).permutation(40)[index % 40]
    birads, rest = divmod(int(order), 8)
    return PhantomLabels(birads=BIRADS[birads], density=DENSITIES[rest // 2], view=VIEWS[rest % 2])


def _indices(labels: PhantomLabels) -> list[int]:
    values = {"birads": str(labels.birads), "density": labels.density, "view": labels.view}
    return [VOCABULARY[name].index(values[name]) + 1 for name in VOCABULARY]


def _draw(job: tuple[int, int, int]) -> NDArray[np.uint16]:
    index, size, seed = job
    return draw_phantom(phantom_labels(index), size=size, seed=seed + index).pixels


def phantom_cache(
    folder: Path, *, count: int, size: int, seed: int, on_image: Callable[[int], None] | None = None
) -> ImageCache:
    """Open the cache of these phantoms, drawing it first when it is not there.

    Args:
        folder: where it is kept; written under another name and moved, so a half-made one is never opened.
        count: number of phantoms.
        size: side, px.
        seed: of the first phantom; the others count up.
        on_image: called with the number of images drawn so far.

    Raises:
        DataError: the folder can't be written, or holds something else.
    """
    name = f"phantoms-{count}-{size}-{seed}"
    path, facts = folder / f"{name}.npy", folder / f"{name}.json"
    labels = np.array([_indices(phantom_labels(index)) for index in range(count)], dtype=np.int64)
    if not facts.is_file():
        _fill(path, count=count, size=size, seed=seed, on_image=on_image)
        facts.write_text(json.dumps({"count": count, "size": size, "seed": seed}))
    try:
        images = np.load(path, mmap_mode="r")
    except (OSError, ValueError) as error:
        raise DataError(f"training cache {path}: {error}. Delete it to have it drawn again.") from error
    if images.shape != (count, size, size):
        raise DataError(f"training cache {path}: got {images.shape}, expected {(count, size, size)}")
    return ImageCache(images=images, labels=labels)


def _fill(path: Path, *, count: int, size: int, seed: int, on_image: Callable[[int], None] | None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.partial")
    images = np.lib.format.open_memmap(partial, mode="w+", dtype=np.uint16, shape=(count, size, size))
    jobs = [(index, size, seed) for index in range(count)]
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        for index, pixels in enumerate(pool.map(_draw, jobs, chunksize=8)):
            images[index] = pixels
            if on_image:
                on_image(index + 1)
    images.flush()
    partial.replace(path)
