"""A picture as it grows, moment by moment in one row: for the documentation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Raster

from webapp.generation import engine
from webapp.generation.growth import enlarged
from webapp.generation.parameters import Parameters

GAP_PX = 8


class GrowthStrip:
    """Draws a picture and keeps what a page shows: overview, context, patches taking their places, the end.

    Args:
        parameters: of the picture.
        moments: shares of the last stage's patches, 0 to 1, at which the growing picture is kept.
    """

    def __init__(self, parameters: Parameters, moments: tuple[float, ...] = (0.2, 0.5, 0.8)) -> None:
        self._parameters, self._moments = parameters, list(moments)
        self._kept: list[NDArray[np.uint16]] = []
        self._context: engine.Picture | None = None
        self._growing: NDArray[np.uint16] | None = None
        self._white = 1

    def row(self, side: int) -> Raster.Image:
        """Draw, and return all moments side by side as 8-bit gray: whole, and below a part of them at 1:1.

        Args:
            side: width of each image, px; the part is as large, from the middle of the chest wall.
        """
        observer = engine.Observer(self._progress, self._preview, lambda: False, self._region)
        whole = engine.draw(self._parameters, observer)
        self._white = (1 << whole.bits) - 1
        moments = [self._gray(pixels) for pixels in (*self._kept, whole.pixels)]
        part = min(side, len(whole.pixels))
        top = (len(whole.pixels) - part) // 2
        strip = Raster.new("L", (len(moments) * (side + GAP_PX) - GAP_PX, side + GAP_PX + part), 255)
        for number, moment in enumerate(moments):
            left = number * (side + GAP_PX)
            strip.paste(moment.resize((side, side), Raster.Resampling.LANCZOS), (left, 0))
            full = moment.resize((len(whole.pixels),) * 2, Raster.Resampling.BILINEAR)
            strip.paste(full.crop((0, top, part, top + part)), (left, side + GAP_PX))
        return strip

    def _preview(self, stage: str, picture: engine.Picture) -> None:
        self._kept.append(picture.pixels)
        self._context = picture

    def _region(self, stage: str, region: engine.Region) -> None:
        if stage != "patch":
            return
        if self._growing is None:
            self._growing = enlarged(self._context, region)
        rows, columns = region.pixels.shape
        self._growing[region.top : region.top + rows, region.left : region.left + columns] = region.pixels

    def _progress(self, stage: str, done: int, total: int) -> None:
        # The patch that is counted here is laid after this, so it shows from the next one on.
        if stage == "patch" and self._growing is not None and self._moments and done >= self._moments[0] * total:
            self._moments.pop(0)
            self._kept.append(self._growing.copy())

    def _gray(self, pixels: NDArray[np.uint16]) -> Raster.Image:
        return Raster.fromarray(np.rint(pixels * (255 / self._white)).astype(np.uint8))
