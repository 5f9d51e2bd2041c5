"""Training images made once into memory-mapped files: stored values and label indices.

A cache is a function of what its folder is named after: it can be deleted and comes back the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mambo_engine.data import phantom
from mambo_engine.data.phantom import BIRADS, DENSITIES, VIEWS, PhantomLabels, draw_phantom
from mambo_engine.training.store import ArrayPlan, Store

VOCABULARY: dict[str, tuple[str, ...]] = {
    "birads": tuple(str(category) for category in BIRADS),
    "density": tuple(DENSITIES),
    "view": tuple(VIEWS),
}
"""Labels of the phantoms, in the order of their indices (0 = null)."""


@dataclass(frozen=True)
class ImageCache:
    """Images (n, size, size) as stored uint16 values, with label indices (n, fields): 1 = first value, 0 = null.

    `folder` is where the coarser images of these may be kept; without one they are held in memory.
    """

    images: NDArray[np.uint16]
    labels: NDArray[np.int64]
    folder: Path | None = None

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


def _draw(job: tuple[int, int, int]) -> tuple[NDArray[np.uint16]]:
    index, size, seed = job
    return (draw_phantom(phantom_labels(index), size=size, seed=seed + index).pixels,)


def phantom_version() -> str:
    """First digits of the SHA-256 of the code that draws phantoms: other code, other phantoms."""
    found = hashlib.sha256()
    for path in sorted(Path(phantom.__file__).parent.glob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()[:12]


def phantom_cache(
    folder: Path, *, count: int, size: int, seed: int, on_image: Callable[[int], None] | None = None
) -> ImageCache:
    """Open the cache of these phantoms, drawing those first that are not there.

    Args:
        folder: where it is kept.
        count: number of phantoms.
        size: side, px.
        seed: of the first phantom; the others count up.
        on_image: called with the number of images drawn so far.

    Raises:
        DataError: the disk is too small.
    """
    own = folder / f"phantoms-{count}-{size}-{seed}-{phantom_version()}"
    labels = np.array([_indices(phantom_labels(index)) for index in range(count)], dtype=np.int64)
    jobs = [(index, size, seed) for index in range(count)]
    store = Store(own, count, (ArrayPlan("images", (size, size), np.uint16),))
    (images,) = store.open(_draw, jobs, on_entry=on_image)
    return ImageCache(images=images, labels=labels, folder=own)
