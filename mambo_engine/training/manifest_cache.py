"""The images of a manifest, prepared once into a memory-mapped 16-bit cache."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mambo_engine.data.augmentation import Augmentation, draw_augmentation
from mambo_engine.data.fitting import Preparation, training_image
from mambo_engine.data.manifest import Manifest, ManifestRow, Vocabulary
from mambo_engine.data.manifest_check import row_number
from mambo_engine.errors import DataError
from mambo_engine.training.cache import ImageCache
from mambo_engine.training.store import ArrayPlan, Store

VERSION = 3
"""To be raised when the same files and settings give other pixels."""


@dataclass(frozen=True)
class Copies:
    """Augmented copies of each image: how many, and the seed of their parameters."""

    count: int = 0
    seed: int = 0


def manifest_cache(
    folder: Path,
    manifest: Manifest,
    split: str,
    *,
    preparation: Preparation,
    vocabulary: Vocabulary,
    copies: Copies = Copies(),
    workers: int | None = None,
    on_image: Callable[[int, int], None] | None = None,
) -> ImageCache:
    """Open the cache of one split, preparing those images first that are not in it.

    Args:
        folder: where caches are kept; this one's name tells its files and settings, not its labels.
        manifest: the table, checked before.
        split: train, val or test.
        preparation: how files become training images.
        vocabulary: label fields in the order of their indices.
        copies: augmented copies; each image is followed by its own. `augmentations.csv` records their parameters.
        workers: processes; default one for each core.
        on_image: called with the number of images done so far and their number in all.

    Raises:
        DataError: the split is empty, the disk is too small, or images cannot be prepared; lists all by row.
    """
    rows = [(row_number(index), row) for index, row in enumerate(manifest.rows) if row.split == split]
    if not rows:
        raise DataError(f"{manifest.name}: got no rows with split {split}, expected at least one")
    key = hashlib.sha256(repr((VERSION, manifest.digest(split), preparation, copies)).encode()).hexdigest()
    own = folder / f"images-{split}-{preparation.size}-{key[:16]}"
    jobs = [
        Job(number, manifest.file(row), preparation, augmentation)
        for number, row in rows
        for augmentation in _augmentations(number - row_number(0), row, copies)
    ]
    store = Store(own, len(jobs), (ArrayPlan("images", (preparation.size,) * 2, np.uint16),))
    told = (lambda done: on_image(done, len(jobs))) if on_image else None
    try:
        (images,) = store.open(_prepare, jobs, workers=workers, on_entry=told)
    except DataError as error:
        raise DataError(f"{manifest.name}: {error}") from error
    _record(jobs, own / "augmentations.csv")
    labels = np.array([row.indices(vocabulary) for _, row in rows], dtype=np.int64).reshape(len(rows), -1)
    return ImageCache(images=images, labels=labels.repeat(1 + copies.count, axis=0), folder=own)


@dataclass(frozen=True)
class Job:
    """One image to prepare: its row in the manifest, its file, and how."""

    number: int
    path: Path
    preparation: Preparation
    augmentation: Augmentation | None


def _augmentations(index: int, row: ManifestRow, copies: Copies) -> list[Augmentation | None]:
    """None for the image itself, then its copies' parameters: a function of seed, place in the table, copy."""
    view = row.labels.get("view")
    numbers = range(1, copies.count + 1)
    return [None, *(draw_augmentation(np.random.default_rng((copies.seed, index, n)), view=view) for n in numbers)]


def _prepare(job: Job) -> tuple[NDArray[np.uint16]]:
    try:
        return (training_image(job.path, job.preparation, job.augmentation),)
    except DataError as error:
        raise DataError(f"row {job.number}: {error}") from error


def _record(jobs: Sequence[Job], path: Path) -> None:
    """Write which parameters made which entry; an image itself has none."""
    names = [field.name for field in fields(Augmentation)]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["entry", "row", *names])
        for entry, job in enumerate(jobs):
            drawn = [getattr(job.augmentation, name) for name in names] if job.augmentation else []
            writer.writerow([entry, job.number, *drawn])
