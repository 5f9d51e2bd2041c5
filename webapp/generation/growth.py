"""The picture while it grows: the enlarged context, in which finished patches take their places.

Each version is a picture of its own, so that tiles may be cached for good and a page that comes late opens what
there is. An older version stays until the next but one: somebody may just be loading it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Raster

from webapp.generation.engine import Picture, Region
from webapp.generation.models import GenerationRequest, Stage
from webapp.generation.services.attempts import attempt_keep_growing, growing_forget
from webapp.imaging.ingest.breast import breast_mask
from webapp.imaging.ingest.source import SourceImage
from webapp.imaging.ingest.voi import percentile_window
from webapp.imaging.models import Image, Source
from webapp.imaging.services import image_add

VERSION_EVERY_S = 1.0
STORING_SHARE = 0.05
"""Most of the drawing's time that versions may take."""


class Growth:
    """Follows one attempt; call `show` and `region` in the drawing thread, `forget` at its end."""

    def __init__(
        self,
        attempt: GenerationRequest,
        *,
        told: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin without a picture; `told` is called after each new version."""
        self._attempt, self._told, self._clock = attempt, told, clock
        self._context: Picture | None = None
        self._canvas: NDArray[np.uint16] | None = None
        self._bits, self._free_at = 0, 0.0
        self._window: Any = None
        self._before: Image | None = attempt.growing

    def show(self, context: Picture) -> None:
        """Take the context picture as what patches are laid on."""
        self._context = context

    def region(self, stage: str, region: Region) -> None:
        """Lay a finished patch of the last stage on the picture; now and then keep a version."""
        if stage != Stage.PATCH:
            return
        if self._canvas is None:
            self._canvas, self._bits = enlarged(self._context, region), region.bits
        rows, columns = region.pixels.shape
        place = self._canvas[region.top : region.top + rows, region.left : region.left + columns]
        whole = rows == region.size  # of a killed drawing: air where patches are missing
        np.copyto(place, region.pixels, where=region.pixels > 0 if whole else True)
        began = self._clock()
        if began >= self._free_at:
            self._keep(self._canvas)
            spent = self._clock() - began
            self._free_at = self._clock() + max(VERSION_EVERY_S, spent / STORING_SHARE)

    def forget(self) -> None:
        """Remove all versions: the picture is whole, or will not be."""
        growing_forget(self._attempt, self._before)

    def _keep(self, pixels: NDArray[np.uint16]) -> None:
        self._window = self._window or percentile_window(pixels, breast_mask(pixels))  # the same in all versions
        raster = SourceImage(pixels=pixels.copy(), bits=self._bits, window=self._window)
        image = image_add(raster, title="growing", source=Source.PREVIEW, created_by=self._attempt.user, labels={})
        self._before = attempt_keep_growing(self._attempt, image, before=self._before)
        self._told()


def enlarged(context: Picture | None, region: Region) -> NDArray[np.uint16]:
    """Return the context picture at the size of the whole one, bilinear; air where there is none."""
    if context is None:
        return np.zeros((region.size, region.size), np.uint16)
    picture = Raster.fromarray(context.pixels.astype(np.float32))
    wide = picture.resize((region.size, region.size), Raster.Resampling.BILINEAR)
    return np.rint(np.asarray(wide)).astype(np.uint16)
