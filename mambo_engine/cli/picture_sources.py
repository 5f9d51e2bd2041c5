"""Where compared pictures come from: phantoms, a folder of files, or a manifest; read in small portions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from mambo_engine.config import IntensityConfig, require
from mambo_engine.data.files import read_image
from mambo_engine.data.fitting import Preparation, training_image
from mambo_engine.data.manifest import SPLITS, read_manifest
from mambo_engine.errors import DataError
from mambo_engine.evaluation.pictures import PictureSet

SUFFIXES = {".dcm", ".png", ".tif", ".tiff", ".jpg", ".jpeg", ".pgm"}
PHANTOM = "phantom"
HELD_OUT_SEED = 500_000
"""Phantoms from this seed on belong to no training set."""

PORTION = 16
Images = NDArray[np.float32]


@dataclass(frozen=True)
class Source:
    """Pictures that can be read one by one.

    Attributes:
        names: (n,) for the report.
        patients: (n,) whose they are; empty where nobody knows.
        read: gives picture number i, (N, N) on the linear scale.
        about: one line for the report.
        labels: (n,) known labels, or those asked for; empty where nobody knows.
    """

    names: tuple[str, ...]
    patients: tuple[str, ...]
    read: Callable[[int], Images]
    about: str
    labels: tuple[Mapping[str, str], ...] = ()

    def __len__(self) -> int:
        return len(self.names)

    def first(self, count: int | None, seed: int = 0) -> Source:
        """A random choice of `count` pictures, the same for the same seed; all where there are not more."""
        if count is None or count >= len(self):
            return self
        order = np.random.default_rng(seed).permutation(len(self))[:count]
        return Source(
            tuple(self.names[i] for i in order),
            tuple(self.patients[i] for i in order) if self.patients else (),
            lambda i: self.read(int(order[i])),
            f"{self.about}, {count} of them",
            tuple(self.labels[i] for i in order) if self.labels else (),
        )

    def portions(self, title: str) -> Iterator[list[Images]]:
        """All pictures, a few at a time, with a progress bar for people."""
        with tqdm(total=len(self), unit="picture", desc=title, disable=None, leave=False) as bar:
            for start in range(0, len(self), PORTION):
                numbers = range(start, min(start + PORTION, len(self)))
                yield [self.read(number) for number in numbers]
                bar.update(len(numbers))

    def load(self, title: str) -> PictureSet:
        """Read all.

        Raises:
            DataError: a file cannot be read.
        """
        images = [image for portion in self.portions(title) for image in portion]
        return PictureSet(np.stack(images), self.names, self.patients, self.labels)


def source(
    text: str, preparation: Preparation, *, cache: Path, count: int | None, training: bool, option: str
) -> Source:
    """Open what an option names.

    Args:
        text: `phantom`, a folder, or FILE.csv of `mambo manifest`, with :SPLIT for another split than usual.
        preparation: of files.
        cache: folder that phantoms are kept in.
        count: of pictures; a random choice where there are more; of phantoms, as many are drawn.
        training: whether these are the pictures trained on, or held-out ones.
        option: that named it, for messages.

    Raises:
        ConfigError: there is nothing of that name, or another split.
        DataError: the table is damaged.
    """
    require(count is None or count >= 1, f"{option}-count: got {count}, expected at least 1")
    if text == PHANTOM:
        return _phantoms(preparation.size, cache, count, training=training)
    split = "train" if training else "val"
    return (_table if ".csv" in text else _folder)(text, preparation, split, option).first(count)


def _folder(text: str, preparation: Preparation, _: str, option: str) -> Source:
    paths = picture_files(Path(text), option)
    read = partial(_prepared, paths, preparation)
    return Source(tuple(path.name for path in paths), (), read, f"{len(paths)} files of {Path(text).name}")


def _table(text: str, preparation: Preparation, split: str, option: str) -> Source:
    table, _, asked = text.rpartition(":") if not text.endswith(".csv") else (text, "", split)
    require(asked in SPLITS, f"{option} {text}: got split {asked!r}, expected {', '.join(SPLITS)}")
    manifest = read_manifest(Path(table))
    rows = manifest.part(asked)
    require(bool(rows), f"{option} {table}: got no pictures of split {asked}, expected some")
    paths = [manifest.file(row) for row in rows]
    return Source(
        tuple(path.name for path in paths),
        tuple(row.patient for row in rows),
        partial(_prepared, paths, preparation),
        f"split {asked} of {Path(table).name}, {len(rows)} pictures",
        tuple(row.labels for row in rows),
    )


def _prepared(paths: Sequence[Path], preparation: Preparation, number: int) -> Images:
    return _unit(training_image(paths[number], preparation), preparation.bits)


def picture_files(folder: Path, option: str) -> list[Path]:
    """All picture files in a folder and those below it, by name.

    Raises:
        ConfigError: there is no such folder, or no picture in it.
    """
    require(folder.is_dir(), f"{option}: got {folder}, expected a folder or a manifest that is there")
    found = sorted(
        path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and not path.name.startswith(".")
    )
    require(bool(found), f"{option} {folder}: got no picture, expected {', '.join(sorted(SUFFIXES))}")
    return found


def _phantoms(size: int, cache: Path, count: int | None, *, training: bool) -> Source:
    """Phantoms of the shipped experiment's training, or of seeds beyond."""
    from mambo_engine.training import experiment
    from mambo_engine.training.cache import phantom_cache, phantom_labels

    shipped = experiment.read_experiment(Path(experiment.__file__).parents[1] / "experiments" / "phantom.yaml")
    number = count or (shipped.data.count if training else 2 * PORTION)
    seed = shipped.data.seed if training else HELD_OUT_SEED
    with tqdm(total=number, unit="phantom", disable=None, leave=False) as bar:
        images = phantom_cache(cache, count=number, size=size, seed=seed, on_image=partial(_show, bar)).images
    names = tuple(f"phantom {seed + i}" for i in range(number))
    known = [phantom_labels(i) for i in range(number)]
    labels = tuple({"birads": str(one.birads), "density": one.density, "view": one.view} for one in known)
    return Source(names, (), lambda i: _unit(images[i], 12), f"{number} phantoms, seeds from {seed}", labels)


def _show(bar: tqdm, done: int) -> None:  # type: ignore[type-arg]
    bar.update(done - bar.n)


def drawn_source(
    paths: Sequence[Path], labels: Sequence[Mapping[str, str]], intensity: IntensityConfig, side: int
) -> Source:
    """Pictures that this engine drew: stored values as they are, and the labels asked for."""

    def read(number: int) -> Images:
        pixels = read_image(paths[number]).pixels
        if pixels.shape != (side, side):
            raise DataError(f"{paths[number]}: got {pixels.shape[0]} x {pixels.shape[1]} px, expected {side}")
        return _unit(pixels, intensity.bits)

    return Source(tuple(path.name for path in paths), (), read, f"{len(paths)} pictures", tuple(labels))


def _unit(pixels: NDArray[np.unsignedinteger], bits: int) -> Images:
    return np.minimum(np.asarray(pixels, dtype=np.float32) / np.float32(2**bits - 1), np.float32(1.0))
