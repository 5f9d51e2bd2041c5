"""Seams against the width of the overlap: the last stage on real coarse images, drawn with several overlaps.

Source: paper sec. 10, fig. 9 (140 pictures a width; squared difference of neighboring pixels on the stitching
boundaries). Ours gives the same real coarse images to every width, so that only the overlap differs, and measures
the real pictures at the same lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Unpack

import numpy as np
from numpy.typing import NDArray

from mambo_engine.cascade.cascade import Cascade
from mambo_engine.cascade.grid import Grid
from mambo_engine.cascade.options import DrawOptions
from mambo_engine.data.intensity import linear_from_network
from mambo_engine.errors import ConfigError
from mambo_engine.evaluation.bootstrap import Interval, bootstrap
from mambo_engine.evaluation.patch_drawing import Canvases
from mambo_engine.evaluation.pictures import PictureSet
from mambo_engine.evaluation.seams import seam_ratio

Images = NDArray[np.float32]


@dataclass(frozen=True)
class OverlapSeams:
    """Seams of pictures drawn with one overlap.

    Attributes:
        overlap: px.
        patches: of the grid.
        on_line: mean squared difference across the seams, as fig. 9 has it.
        ratio: the same over that of the lines beside; 1 is no seam.
        real_on_line: of the real pictures at the same lines.
        real_ratio: of the real pictures at the same lines.
    """

    overlap: int
    patches: int
    on_line: Interval
    ratio: Interval
    real_on_line: float
    real_ratio: float


def with_overlap(cascade: Cascade, overlap: int) -> Cascade:
    """The same cascade, its patches that far over each other.

    Raises:
        ConfigError: an overlap as wide as a patch, or negative.
    """
    stages = {
        name: replace(stage, geometry=replace(stage.geometry, overlap=overlap))
        for name, stage in cascade.stages.items()
    }
    return replace(cascade, stages=stages)


def draw_with_overlap(
    cascade: Cascade, real: Images, overlap: int, *, seed: int, **options: Unpack[DrawOptions]
) -> Images:
    """Draw the last stage from the coarse images of a real picture (size, size) on the linear scale."""
    stage = cascade.stages["patch"]
    canvases = Canvases.of(real, stage.geometry, stage.intensity)
    whole, mid = (linear_from_network(canvas, stage.intensity) for canvas in (canvases.whole, canvases.mid))
    return with_overlap(cascade, overlap).refine(whole, mid, seed=seed, **options).image


def seams_by_overlap(
    drawn: dict[int, Images], real: PictureSet, cascade: Cascade, *, seed: int = 0, repeats: int = 200
) -> tuple[OverlapSeams, ...]:
    """Measure pictures drawn with several overlaps.

    Args:
        drawn: (n, size, size) by overlap, of the same n real pictures.
        real: these n pictures.
        cascade: that drew them.
        seed: of the resampling.
        repeats: resampled sets an interval.

    Raises:
        ConfigError: none, or another number of pictures.
        DataError: a picture without tissue at a seam.
    """
    if not drawn or any(images.shape != real.images.shape for images in drawn.values()):
        shapes = ", ".join(str(images.shape) for images in drawn.values()) or "none"
        raise ConfigError(f"overlaps: got pictures {shapes}, expected {real.images.shape} for each")
    geometry = cascade.stages["patch"].geometry
    return tuple(
        _measured(overlap, images, real.images, Grid(geometry.size, geometry.patch_size, overlap), seed, repeats)
        for overlap, images in sorted(drawn.items())
    )


def _measured(overlap: int, drawn: Images, real: Images, grid: Grid, seed: int, repeats: int) -> OverlapSeams:
    ours, theirs = (np.array([_pair(image, grid) for image in images]) for images in (drawn, real))

    def on_line(chosen: Sequence[int]) -> float:
        return float(ours[chosen, 0].mean())

    def ratio(chosen: Sequence[int]) -> float:
        return float(ours[chosen, 0].sum() / ours[chosen, 1].sum())

    intervals = [bootstrap(take, len(ours), seed=seed, repeats=repeats) for take in (on_line, ratio)]
    real_ratio = float(theirs[:, 0].sum() / theirs[:, 1].sum())
    return OverlapSeams(overlap, grid.count, intervals[0], intervals[1], float(theirs[:, 0].mean()), real_ratio)


def _pair(image: Images, grid: Grid) -> tuple[float, float]:
    found = seam_ratio(image[None], grid)
    return found.on_line, found.off_line
