"""Opens the images that an experiment names: checked, prepared, one cache a split."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal, cast

from mambo_engine.data.fitting import Preparation
from mambo_engine.data.manifest import Manifest, read_manifest
from mambo_engine.data.manifest_check import check_manifest
from mambo_engine.training.cache import ImageCache, phantom_cache
from mambo_engine.training.examples import Examples
from mambo_engine.training.experiment import Experiment
from mambo_engine.training.manifest_cache import Copies, manifest_cache

OnImage = Callable[[str, int, int], None]
"""Called with the split, the number of images done, and their number in all."""


def open_images(experiment: Experiment, folder: Path, on_image: OnImage | None = None) -> dict[str, ImageCache]:
    """Open the caches of an experiment, `train` and, where there are held-out images, `val`.

    Args:
        experiment: names a manifest or phantoms.
        folder: where caches are kept.
        on_image: told about images that are being prepared.

    Raises:
        ConfigError: the manifest is not there.
        DataError: the manifest has problems, or images cannot be prepared; all are listed.
    """
    if experiment.data.manifest:
        return _manifest_images(experiment, folder, on_image)
    data, size = experiment.data, experiment.geometry.size
    parts = {"train": (data.count, data.seed), "val": (data.held_out, data.seed + data.count)}
    return {
        split: phantom_cache(folder, count=count, size=size, seed=seed, on_image=_told(on_image, split, count))
        for split, (count, seed) in parts.items()
        if count
    }


def preparation(experiment: Experiment) -> Preparation:
    """How the files of an experiment become training images."""
    data = experiment.data
    return Preparation(
        size=experiment.geometry.size,
        fit=cast(Literal["scale", "pad"], data.fit),
        bits=experiment.intensity.bits,
        stored_bits=data.stored_bits or None,
        crop=(data.crop[0], data.crop[1]),
        trim=data.trim,
    )


def checked_manifest(experiment: Experiment) -> Manifest:
    """Read the manifest of an experiment and check it.

    Raises:
        ConfigError: it is not there.
        DataError: lists all its problems.
    """
    manifest = read_manifest(experiment.manifest_path())
    check_manifest(manifest, experiment.data.vocabulary, one_depth=experiment.data.one_depth)
    return manifest


def _manifest_images(experiment: Experiment, folder: Path, on_image: OnImage | None) -> dict[str, ImageCache]:
    manifest, data = checked_manifest(experiment), experiment.data
    return {
        split: manifest_cache(
            folder,
            manifest,
            split,
            preparation=preparation(experiment),
            vocabulary=data.vocabulary,
            copies=Copies(data.copies, data.augment_seed) if split == "train" else Copies(),
            on_image=partial(on_image, split) if on_image else None,
        )
        for split in ("train", "val")
        if split == "train" or manifest.part(split)
    }


def _told(on_image: OnImage | None, split: str, count: int) -> Callable[[int], None] | None:
    return (lambda done: on_image(split, done, count)) if on_image else None


def stage_examples(experiment: Experiment, stage: str, cache: ImageCache) -> Examples:
    """Examples of one stage of an experiment from the images of one split."""
    return Examples(
        stage,
        cache,
        experiment.geometry,
        experiment.intensity,
        aligned=experiment.stages[stage].aligned_context,
        border_share=experiment.training[stage].border_share,
    )
