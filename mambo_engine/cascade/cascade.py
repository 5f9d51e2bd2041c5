"""The three stages in a row: from noise to the global image, the mid image, and the full image.

Source: paper sec. 3.2 and fig. 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from mambo_engine.cascade.background import drawn_mask
from mambo_engine.cascade.context import Canvas
from mambo_engine.cascade.events import OnPatch, ShouldStop
from mambo_engine.cascade.sampling import Plan, Sampling
from mambo_engine.cascade.seeds import check_seed
from mambo_engine.cascade.stage import Stage
from mambo_engine.config import SAMPLERS, STAGES, Defaults, IntensityConfig, label_indices, require
from mambo_engine.data.intensity import BACKGROUND, linear_from_network, stored_from_linear

AIR_LEVEL = 0.04
"""Above background, in network values from -1 to 1: smoothed pixels below it, outside the breast, are air."""


@dataclass(frozen=True)
class CascadeResult:
    """A drawn image: float32 on the linear scale [0, 1], chest wall on the left, air exactly 0.

    Attributes:
        global_image: (s, s).
        local_image: (size / k, size / k).
        image: (size, size).
        pixel_spacing_mm: side of a pixel of `image`, or none where the bundle says nothing.
    """

    global_image: NDArray[np.float32]
    local_image: NDArray[np.float32]
    image: NDArray[np.float32]
    intensity: IntensityConfig
    pixel_spacing_mm: float | None

    def stored_pixels(self) -> NDArray[np.uint16]:
        """The image as stored values 0..2^bits - 1."""
        return stored_from_linear(self.image, self.intensity)


@dataclass(frozen=True)
class Cascade:
    """A ready cascade: three trained stages and what they were trained on."""

    stages: Mapping[str, Stage]
    vocabulary: Mapping[str, tuple[str, ...]]
    defaults: Defaults
    pixel_spacing_mm: float | None = None

    def sample(
        self,
        labels: Mapping[str, str] | None = None,
        seed: int = 0,
        *,
        steps: int | None = None,
        guidance: float | None = None,
        sampler: str | None = None,
        plan: Plan | None = None,
        on_patch: OnPatch | None = None,
        should_stop: ShouldStop | None = None,
    ) -> CascadeResult:
        """Draw one image.

        Args:
            labels: values of the bundle's vocabulary; a field that is left out is not conditioned on.
            seed: 0 or more; with labels and settings it determines the image.
            steps: network evaluations a patch; default: the bundle's.
            guidance: classifier-free guidance in the bundle's guided stages; default: the bundle's.
            sampler: one of ddpm, ddim, dpmpp_2m, dpmpp_2m_sde; default: the bundle's.
            plan: how the work is cut into batches; changes time and memory, not the image.
            on_patch: called for each finished patch.
            should_stop: asked at each solver step; true ends the drawing.

        Raises:
            ConfigError: an unknown label, value or sampler, or a number out of range; before any work starts.
            Cancelled: `should_stop` said so.
        """
        indices = label_indices(self.vocabulary, labels or {})
        sampling = Sampling(
            seed=seed,
            sampler=sampler or self.defaults.sampler,
            steps=self.defaults.steps if steps is None else steps,
            guidance=self.defaults.guidance if guidance is None else guidance,
            plan=plan or Plan(),
        )
        _check(sampling, self.stages[STAGES[0]].config.schedule.num_timesteps)
        coarser: tuple[Canvas, ...] = ()
        mask = None
        for name in STAGES:
            guided = name in self.defaults.guided_stages
            own = sampling if guided else replace(sampling, guidance=1.0)
            drawn = self.stages[name].draw(
                coarser, indices, own, mask=mask, on_patch=on_patch, should_stop=should_stop
            )
            coarser = (*coarser, drawn)
            mask = drawn_mask(drawn, background=BACKGROUND)
        return self._result(coarser)

    def _result(self, canvases: tuple[Canvas, ...]) -> CascadeResult:
        intensity = self.stages[STAGES[0]].intensity
        linear = [linear_from_network(without_air(canvas), intensity) for canvas in canvases]
        return CascadeResult(linear[0], linear[1], linear[2], intensity, self.pixel_spacing_mm)


def _check(sampling: Sampling, num_timesteps: int) -> None:
    check_seed(sampling.seed)
    known = sampling.sampler in SAMPLERS
    require(known, f"sampler: got {sampling.sampler!r}, expected one of {', '.join(SAMPLERS)}")
    fits = 1 <= sampling.steps <= num_timesteps
    require(fits, f"steps: got {sampling.steps}, expected 1..{num_timesteps}")
    require(0 <= sampling.guidance <= 20, f"guidance: got {sampling.guidance}, expected 0..20")


def without_air(canvas: Canvas) -> Canvas:
    """Set what lies outside the breast to background: a network leaves a trace of noise in the air.

    The breast is the largest region whose smoothed values rise above air, widened by two pixels.
    """
    smooth = ndimage.uniform_filter(canvas, size=3)
    labeled, count = ndimage.label(smooth > BACKGROUND + AIR_LEVEL)
    if count == 0:
        return np.full_like(canvas, BACKGROUND)
    largest = labeled == int(np.argmax(np.bincount(labeled.ravel())[1:])) + 1
    inside = ndimage.binary_dilation(ndimage.binary_fill_holes(largest), iterations=2)
    return np.where(inside, canvas, np.float32(BACKGROUND)).astype(np.float32)
