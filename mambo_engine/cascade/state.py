"""What a drawing has come to: saved after any wave, and gone on from to the same image.

Noise is a function of seed, stage and place (see `seeds`), so the canvases and the list of finished patches say
everything. A digest of what was asked for keeps the state of one image from being continued as another's.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mambo_engine.cascade.sampling import Job
from mambo_engine.cascade.stitching import StageCanvas, Underway
from mambo_engine.config import STAGES
from mambo_engine.errors import DataError, StateError

FORMAT = "mambo-state/1"
DIGESTS = "+"  # between the digests of images that are drawn together


def facts_digest(facts: Mapping[str, Any], images: Sequence[NDArray[np.float32]] = ()) -> str:
    """SHA-256 of plain facts and of images, in hexadecimal."""
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode())
    for image in images:
        digest.update(np.ascontiguousarray(image, dtype="<f4").tobytes())
    return digest.hexdigest()


@dataclass(frozen=True, eq=False)
class CascadeState:
    """Everything that is needed to go on drawing n images.

    Attributes:
        digest: of the model, the image and the settings asked for; one for each image.
        stage: that is being drawn.
        coarser: network images (n, N, N) of the stages before, the global ones first.
        pixels: network values (n, N, N) of the stage's canvases.
        done: (n, rows, columns) of the grid: patches that are written.
        step: steps done of a joint walk that is underway; 0 if none is.
        walk: x_t and x_0 (n, 2, N, N) of that walk.
    """

    digest: str
    stage: str
    coarser: tuple[NDArray[np.float32], ...]
    pixels: NDArray[np.float32]
    done: NDArray[np.bool_]
    step: int = 0
    walk: NDArray[np.float32] | None = None

    @classmethod
    def taken(cls, digest: str, stage: str, jobs: Sequence[Job], canvases: Sequence[StageCanvas]) -> CascadeState:
        """A copy of where `canvases` stand."""
        coarser = tuple(np.stack(images) for images in zip(*(job.coarser for job in jobs), strict=True))
        pixels, done = (np.stack([getattr(c, name) for c in canvases]) for name in ("pixels", "done"))
        underway = [canvas.underway for canvas in canvases if canvas.underway is not None]
        if not underway:
            return cls(digest, stage, coarser, pixels, done)
        walk = np.stack([np.stack((each.x_t, each.x_0)) for each in underway])
        return cls(digest, stage, coarser, pixels, done, underway[0].step, walk)

    def each(self) -> list[CascadeState]:
        """One state for each image, as if it were drawn alone."""
        return [
            replace(
                self,
                digest=digest,
                coarser=tuple(images[i : i + 1] for images in self.coarser),
                pixels=self.pixels[i : i + 1],
                done=self.done[i : i + 1],
                walk=None if self.walk is None else self.walk[i : i + 1],
            )
            for i, digest in enumerate(self.digest.split(DIGESTS))
        ]

    @classmethod
    def together(cls, states: Sequence[CascadeState]) -> CascadeState:
        """One state of images that go on in lockstep, in this order.

        Raises:
            StateError: they are not in the same stage, or in a joint walk.
        """
        stages = sorted({state.stage for state in states})
        if len(stages) != 1 or any(state.walk is not None for state in states):
            raise StateError(f"states: got stages {', '.join(stages)}, expected one stage and no joint walk")
        coarser = tuple(
            np.concatenate(images) for images in zip(*(state.coarser for state in states), strict=True)
        )
        pixels, done = (np.concatenate([getattr(state, name) for state in states]) for name in ("pixels", "done"))
        return cls(DIGESTS.join(state.digest for state in states), stages[0], coarser, pixels, done)

    def check(self, digest: str) -> None:
        """Raise StateError unless this is the state of the drawing with this digest."""
        if self.digest != digest:
            raise StateError(
                f"state: got one of another drawing ({self.digest[:12]}), expected {digest[:12]}: the same model, "
                "labels, seeds and settings"
            )

    def restore(self, canvases: Sequence[StageCanvas]) -> None:
        """Put pixels and finished patches back on fresh canvases."""
        for canvas, pixels, done in zip(canvases, self.pixels, self.done, strict=True):
            canvas.pixels[:], canvas.done[:] = pixels, done
        if self.walk is not None:
            for canvas, (x_t, x_0) in zip(canvases, self.walk, strict=True):
                canvas.underway = Underway(self.step, x_t, x_0)

    def save(self, path: str | Path) -> None:
        """Write the state as npz; the file is whole or not there, also when the write is cut off."""
        path = Path(path)
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        arrays = {f"coarser_{number}": images for number, images in enumerate(self.coarser)}
        if self.walk is not None:
            arrays["walk"] = self.walk
        head = np.array([FORMAT, self.digest, self.stage, str(self.step)])
        try:
            with unfinished.open("wb") as file:
                np.savez(file, head=head, pixels=self.pixels, done=self.done, **arrays)  # type: ignore[arg-type]
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)

    @classmethod
    def load(cls, path: str | Path) -> CascadeState:
        """Read a state that `save` wrote; nothing in the file is run as code.

        Raises:
            DataError: the file is not there, cut off, or no state of this format.
        """
        try:
            with np.load(path, allow_pickle=False) as file:
                head = [str(text) for text in file["head"]]
                names = [f"coarser_{number}" for number in range(len(STAGES)) if f"coarser_{number}" in file]
                coarser = tuple(file[name] for name in names)
                pixels, done = file["pixels"], file["done"]
                walk = file.get("walk")
        except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile) as error:
            raise DataError(f"{path}: not a saved drawing ({error})") from error
        if len(head) != 4 or head[0] != FORMAT or head[2] not in STAGES or not head[3].isdigit():
            raise DataError(f"{path}: got a saved drawing of format {head[:1]}, expected {FORMAT}")
        return cls(head[1], head[2], coarser, pixels, done, int(head[3]), walk)
