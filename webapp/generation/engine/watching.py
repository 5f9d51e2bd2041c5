"""What the engine tells while it draws: progress, regions, and the pictures of the coarser stages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

STAGES = ("global", "local", "patch")


@dataclass(frozen=True)
class Picture:
    """A picture as the engine leaves it.

    Attributes:
        pixels: uint16 (rows, columns), stored values, 0 = air, brighter = denser.
        bits: bits that the stored values use.
        pixel_spacing_mm: side of a pixel, or None when the bundle doesn't say.
    """

    pixels: NDArray[np.uint16]
    bits: int
    pixel_spacing_mm: float | None


@dataclass(frozen=True)
class Region:
    """A finished part of a stage's picture.

    Attributes:
        top: its first row on the picture, px.
        left: its first column, px.
        pixels: uint16 (rows, columns), stored values.
        size: side of the whole picture, px.
        bits: bits that the stored values use.
    """

    top: int
    left: int
    pixels: NDArray[np.uint16]
    size: int
    bits: int


def _ignore(stage: str, region: Region) -> None:
    """Watch no regions."""


def _keep_here(checkpoint: Path) -> None:
    """Leave the file where it is."""


@dataclass(frozen=True)
class Observer:
    """Whom the engine tells while it draws; all are called in the drawing thread.

    Attributes:
        progress: (stage, patches done, patches in all) after each patch.
        preview: (stage, picture) when the overview and the context picture are whole.
        should_stop: asked at each solver step; true ends the drawing with `StoppedError`.
        region: (stage, region) for each finished patch; what a killed drawing had finished comes first, as one.
        checkpoint: file that the state is kept in and gone on from; none keeps nothing.
        kept: called with that file each time it was written.
    """

    progress: Callable[[str, int, int], None]
    preview: Callable[[str, Picture], None]
    should_stop: Callable[[], bool]
    region: Callable[[str, Region], None] = _ignore
    checkpoint: Path | None = None
    kept: Callable[[Path], None] = _keep_here


class Stages:
    """Puts the patches of the two coarser stages together and hands each picture on when it is whole."""

    def __init__(self, manifest: Any, observer: Observer) -> None:
        self._manifest, self._observer = manifest, observer
        self._told: set[str] = set()
        self._canvases = {
            stage: np.zeros((manifest.geometry.canvas_size(stage),) * 2, np.float32) for stage in STAGES[:-1]
        }

    def start_from(self, overview: NDArray[np.float32]) -> None:
        """Tell the given overview as the picture of the first stage."""
        self._canvases[STAGES[0]][:] = overview
        self._tell_whole(STAGES[0])

    def take_up(self, state: Any) -> None:
        """Tell again what an earlier attempt had finished: its last news may have died with it."""
        from mambo_engine.data.intensity import linear_from_network

        begun = dict(zip(STAGES, [*state.coarser, state.pixels], strict=False))
        for stage, images in begun.items():
            linear = linear_from_network(images[0], self._manifest.intensity)
            if stage in self._canvases:
                self._canvases[stage][:] = linear
            if stage == state.stage:
                self._tell_region(stage, 0, 0, linear)
        self._tell_whole_before(state.stage)

    def on_patch(self, event: Any) -> None:
        """Take one finished patch: a step of the progress and, before the last stage, a part of a picture."""
        self._tell_whole_before(event.stage)
        self._observer.progress(event.stage, event.done, event.total)
        top, left = int(event.box.top), int(event.box.left)
        self._tell_region(event.stage, top, left, event.pixels)
        canvas = self._canvases.get(event.stage)
        if canvas is None:
            return
        rows, columns = event.pixels.shape
        # Neighbors are bit-equal where they overlap, so the order of painting doesn't matter.
        canvas[top : top + rows, left : left + columns] = event.pixels
        if event.done == event.total:
            self._tell_whole(event.stage)

    def _tell_whole_before(self, stage: str) -> None:
        """Tell the pictures of earlier stages that no patch of this attempt has completed."""
        for earlier in STAGES[: STAGES.index(stage)]:
            self._tell_whole(earlier)

    def _tell_whole(self, stage: str) -> None:
        if stage not in self._told:
            self._told.add(stage)
            self._observer.preview(stage, self._picture(self._canvases[stage]))

    def _tell_region(self, stage: str, top: int, left: int, linear: NDArray[np.float32]) -> None:
        size = int(self._manifest.geometry.canvas_size(stage))
        self._observer.region(stage, Region(top, left, self._stored(linear), size, self._manifest.intensity.bits))

    def _picture(self, canvas: NDArray[np.float32]) -> Picture:
        bits, spacing = self._manifest.intensity.bits, self._manifest.pixel_spacing_mm
        mm = spacing * self._manifest.size / canvas.shape[0] if spacing else None
        return Picture(self._stored(canvas), bits, mm)

    def _stored(self, linear: NDArray[np.float32]) -> NDArray[np.uint16]:
        white = (1 << self._manifest.intensity.bits) - 1
        return np.rint(np.clip(linear, 0.0, 1.0) * white).astype(np.uint16)
