"""What it takes to screen single pictures for copies away from the training images: thumbnails and a threshold.

The file holds the evened 64 x 64 thumbnails that `neighbors` compares, and how near held-out pictures of other
patients lie to them. Thumbnails are derived from patients' images: the file stays where such images may lie.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mambo_engine.errors import DataError
from mambo_engine.evaluation.memorization import RATE, SpaceScreen, calibrated
from mambo_engine.evaluation.neighbors import pixel_neighbors, thumbnails

FORMAT = "mambo-references/1"
Images = NDArray[np.floating]


@dataclass(frozen=True)
class CopyReferences:
    """The pictures that a bundle was trained on, as far as a screen for copies needs them.

    Attributes:
        digest: of the bundle.
        training: (n, 64, 64) thumbnails.
        held_out: (m,) distance of each held-out picture to its nearest training picture.
        about: one line on where both come from.
    """

    digest: str
    training: NDArray[np.float32]
    held_out: NDArray[np.float64]
    about: str

    @classmethod
    def of(
        cls, training: Iterable[list[Images]], held_out: Iterable[list[Images]], *, digest: str, about: str
    ) -> CopyReferences:
        """Make them from pictures on the linear scale, a few at a time.

        Raises:
            DataError: there is none, or one can't be shrunk.
        """
        known = _stacked(training, "training")
        others = _stacked(held_out, "held-out")
        return cls(digest, known, pixel_neighbors(others, known, count=1).nearest, about)

    def screen(self, pictures: Images, *, rate: float = RATE) -> SpaceScreen:
        """Compare pictures (n, N, N) on the linear scale with the training ones, by pixels alone."""
        return calibrated(
            pixel_neighbors(thumbnails(list(pictures)), self.training, count=1), self.held_out, rate=rate
        )

    def save(self, path: Path) -> None:
        """Write the file."""
        about = json.dumps({"format": FORMAT, "digest": self.digest, "about": self.about})
        unfinished = path.with_name(f".{path.name}")
        with unfinished.open("wb") as sink:
            np.savez_compressed(
                sink, training=self.training.astype(np.float16), held_out=self.held_out, about=np.array(about)
            )
        unfinished.replace(path)

    @classmethod
    def load(cls, path: Path) -> CopyReferences:
        """Read the file.

        Raises:
            DataError: it is no such file.
        """
        try:
            with np.load(path, allow_pickle=False) as kept:
                about = json.loads(str(kept["about"]))
                training, held_out = kept["training"].astype(np.float32), kept["held_out"].astype(np.float64)
        except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise DataError(f"{path.name}: got a file that can't be read ({error}), expected {FORMAT}") from error
        if about.get("format") != FORMAT or training.ndim != 3:
            raise DataError(f"{path.name}: got format {about.get('format')!r}, expected {FORMAT}")
        return cls(str(about["digest"]), training, held_out, str(about["about"]))


def _stacked(portions: Iterable[list[Images]], kind: str) -> NDArray[np.float32]:
    small = [thumbnails(portion) for portion in portions if portion]
    if not small:
        raise DataError(f"{kind} pictures: got none, expected at least one")
    return np.concatenate(small)
