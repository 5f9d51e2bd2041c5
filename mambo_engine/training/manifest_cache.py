"""The images of a manifest, prepared once into a memory-mapped 16-bit cache."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mambo_engine.data.fitting import Preparation, training_image
from mambo_engine.data.manifest import Manifest, Vocabulary
from mambo_engine.data.manifest_check import row_number
from mambo_engine.errors import DataError
from mambo_engine.training.cache import ImageCache
from mambo_engine.training.store import ArrayPlan, Store

VERSION = 1
"""To be raised when the same files and settings give other pixels."""


def manifest_cache(
    folder: Path,
    manifest: Manifest,
    split: str,
    *,
    preparation: Preparation,
    vocabulary: Vocabulary,
    workers: int | None = None,
    on_image: Callable[[int], None] | None = None,
) -> ImageCache:
    """Open the cache of one split, preparing those images first that are not in it.

    Args:
        folder: where caches are kept; this one's name tells its files and settings, not its labels.
        manifest: the table, checked before.
        split: train, val or test.
        preparation: how files become training images.
        vocabulary: label fields in the order of their indices.
        workers: processes; default one for each core.
        on_image: called with the number of images done so far.

    Raises:
        DataError: the split is empty, the disk is too small, or images cannot be prepared; lists all by row.
    """
    rows = manifest.part(split)
    if not rows:
        raise DataError(f"{manifest.name}: got no rows with split {split}, expected at least one")
    key = hashlib.sha256(repr((VERSION, manifest.digest(split), preparation)).encode()).hexdigest()
    own = folder / f"images-{split}-{preparation.size}-{key[:16]}"
    jobs = [
        (row_number(index), manifest.file(row), preparation)
        for index, row in enumerate(manifest.rows)
        if row.split == split
    ]
    store = Store(own, len(rows), (ArrayPlan("images", (preparation.size,) * 2, np.uint16),))
    try:
        (images,) = store.open(_prepare, jobs, workers=workers, on_entry=on_image)
    except DataError as error:
        raise DataError(f"{manifest.name}: {error}") from error
    labels = np.array([row.indices(vocabulary) for row in rows], dtype=np.int64).reshape(len(rows), -1)
    return ImageCache(images=images, labels=labels, folder=own)


def _prepare(job: tuple[int, Path, Preparation]) -> tuple[NDArray[np.uint16]]:
    number, path, preparation = job
    try:
        return (training_image(path, preparation),)
    except DataError as error:
        raise DataError(f"row {number}: {error}") from error
