"""The picture while it grows: the enlarged context, in which finished patches take their places.

It is one picture with a growing pack. What has come is written now and then, and those who watch are told which
tiles changed; a page that comes late reads from the pack what there is.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Raster

from webapp.core.errors import StorageError
from webapp.generation.engine import Picture, Region
from webapp.generation.models import GenerationRequest, Stage
from webapp.generation.progress import publish
from webapp.generation.services.attempts import attempt_keep_growing, growing_forget
from webapp.imaging.ingest.breast import breast_mask
from webapp.imaging.ingest.source import SourceImage
from webapp.imaging.ingest.voi import percentile_window
from webapp.imaging.pack_store import packs_are_shared
from webapp.imaging.pyramid.growing import GrowingPyramid
from webapp.imaging.services import image_grow

logger = logging.getLogger(__name__)

PUBLISH_EVERY_S = 0.2
STORING_SHARE = 0.05
"""Most of the drawing's time that writing tiles may take."""


class Growth:
    """Follows one attempt; call `show` and `region` in the drawing thread, `forget` at its end.

    Where packs pass through a store nothing grows: other machines see whole packs only.
    """

    def __init__(
        self,
        attempt: GenerationRequest,
        *,
        told: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
        send: Callable[[str, dict[str, Any]], None] = publish,
    ) -> None:
        """Begin without a picture; `told` is called when there is one, `send` with the tiles that changed."""
        self._attempt, self._told, self._clock, self._send = attempt, told, clock, send
        self._context: Picture | None = None
        self._pyramid: GrowingPyramid | None = None
        self._free_at, self._off = 0.0, packs_are_shared()

    def show(self, context: Picture) -> None:
        """Take the context picture as what patches are laid on."""
        self._context = context

    def region(self, stage: str, region: Region) -> None:
        """Lay a finished patch of the last stage on the picture; now and then let it be seen.

        Raises:
            AttemptEndedError: when the picture begins and the row belongs to another attempt.
        """
        if stage != Stage.PATCH or self._off:
            return
        began = self._clock()
        try:
            if self._pyramid is None:
                self._begin(region)
            else:
                self._pyramid.write_region(region.left, region.top, region.pixels)
                if began < self._free_at:
                    return
                self._publish(self._pyramid)
        except (OSError, StorageError) as error:  # a full disk does not end the drawing
            logger.warning("the growing picture of %s stays as it is: %s", self._attempt.pk, error)
            self._off = True
        spent = self._clock() - began
        self._free_at = began + max(PUBLISH_EVERY_S, spent / STORING_SHARE)

    def forget(self) -> None:
        """Remove the picture: it is whole, or will not be."""
        if self._pyramid is not None:
            self._pyramid.close()
        growing_forget(self._attempt)

    def _begin(self, region: Region) -> None:
        pixels = enlarged(self._context, region)
        rows, columns = region.pixels.shape
        place = pixels[region.top : region.top + rows, region.left : region.left + columns]
        whole = rows == region.size  # of a killed drawing: air where patches are missing
        np.copyto(place, region.pixels, where=region.pixels > 0 if whole else True)
        raster = SourceImage(
            pixels=pixels, bits=region.bits, window=percentile_window(pixels, breast_mask(pixels))
        )
        image, self._pyramid = image_grow(raster, title="growing", created_by=self._attempt.user)
        attempt_keep_growing(self._attempt, image)
        self._told()

    def _publish(self, pyramid: GrowingPyramid) -> None:
        tiles = pyramid.publish()
        if tiles:
            fields = {"version": self._attempt.growing_id, "tiles": tiles}
            self._send(self._attempt.token, {"type": "request.grown", "fields": {"grown": fields}})


def enlarged(context: Picture | None, region: Region) -> NDArray[np.uint16]:
    """Return the context picture at the size of the whole one, bilinear; air where there is none."""
    if context is None:
        return np.zeros((region.size, region.size), np.uint16)
    picture = Raster.fromarray(context.pixels.astype(np.float32))
    wide = picture.resize((region.size, region.size), Raster.Resampling.BILINEAR)
    return np.rint(np.asarray(wide)).astype(np.uint16)
