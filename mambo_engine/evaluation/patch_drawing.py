"""Patches drawn one by one on contexts that are given, each independent of the others: no overlap is known.

Source: paper sec. 4.1.2 (settings "ROI" and "random"); sec. 3.2.1, Alg. 2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray

from mambo_engine.cascade.background import drawn_mask
from mambo_engine.cascade.context import Canvas, area_mean, stage_contexts
from mambo_engine.cascade.grid import Box, Patch
from mambo_engine.cascade.seeds import patch_noise
from mambo_engine.cascade.stage import Stage
from mambo_engine.config import GeometryConfig, IntensityConfig
from mambo_engine.data.intensity import linear_from_network, network_from_linear
from mambo_engine.errors import DataError
from mambo_engine.samplers.choice import sampler_timesteps, sampler_update
from mambo_engine.samplers.trajectory import walk

BATCH = 16
Images = NDArray[np.float32]


@dataclass(frozen=True)
class Place:
    """Where a patch lies.

    Attributes:
        picture: number of the picture.
        box: on the canvas of the stage, whole pixels.
    """

    picture: int
    box: Box


@dataclass(frozen=True)
class Walk:
    """How patches are drawn.

    Attributes:
        sampler: name.
        steps: network evaluations a patch.
        guidance: of the labels; 1 is none.
    """

    sampler: str = "dpmpp_2m"
    steps: int = 20
    guidance: float = 1.0


@dataclass(frozen=True)
class Canvases:
    """One picture at the three scales, network values: (s, s), (size / k, size / k) and (size, size)."""

    whole: Canvas
    mid: Canvas
    full: Canvas

    @classmethod
    def of(cls, image: Images, geometry: GeometryConfig, intensity: IntensityConfig) -> Canvases:
        """Shrink one picture (size, size) of the linear scale as training does.

        Raises:
            DataError: another side.
        """
        if image.shape != (geometry.size, geometry.size):
            raise DataError(f"picture: got shape {image.shape}, expected ({geometry.size}, {geometry.size})")
        full = network_from_linear(image, intensity)
        whole = area_mean(full, geometry.size // geometry.patch_size)
        return cls(whole, area_mean(full, geometry.context_factor), full)

    @classmethod
    def of_linear(cls, whole: Images, mid: Images, full: Images, *, intensity: IntensityConfig) -> Canvases:
        """The three images of a drawn picture, on the linear scale."""
        return cls(*(network_from_linear(image, intensity) for image in (whole, mid, full)))

    def canvas(self, stage: str) -> Canvas:
        """The canvas that a stage fills."""
        return {"global": self.whole, "local": self.mid, "patch": self.full}[stage]

    def coarser(self, stage: str) -> tuple[Canvas, ...]:
        """The canvases of the stages before."""
        return {"global": (), "local": (self.whole,), "patch": (self.whole, self.mid)}[stage]

    def centers(self, intensity: IntensityConfig) -> NDArray[np.intp]:
        """Pixels (n, 2) of the whole image where patches may be centered, as in training.

        Raises:
            DataError: it shows no breast.
        """
        found = np.argwhere(drawn_mask(self.whole, intensity))
        if not len(found):
            raise DataError("picture: got no breast, expected one to cut patches from")
        return found


def random_boxes(centers: NDArray[np.intp], stage: Stage, count: int, generator: np.random.Generator) -> list[Box]:
    """Boxes around random pixels of the breast."""
    return [_box(centers[generator.integers(len(centers))], stage, generator) for _ in range(count)]


def stratified_boxes(centers: NDArray[np.intp], stage: Stage, generator: np.random.Generator) -> list[Box]:
    """Four boxes, one around a random pixel of each quarter of the breast, cut at its median row and column."""
    rows, columns = np.median(centers, axis=0)
    upper, left = centers[:, 0] < rows, centers[:, 1] < columns
    quarters = [centers[up & side] for up in (upper, ~upper) for side in (left, ~left)]
    kept = [quarter if len(quarter) else centers for quarter in quarters]
    return [_box(quarter[generator.integers(len(quarter))], stage, generator) for quarter in kept]


def _box(center: NDArray[np.intp], stage: Stage, generator: np.random.Generator) -> Box:
    s, canvas = stage.geometry.patch_size, stage.geometry.canvas_size(stage.name)
    at = center + generator.random(2)
    top, left = (int(np.clip(round(place * canvas / s - s / 2), 0, canvas - s)) for place in at)
    return Box(top, left, s, s)


def cut_patches(stage: Stage, pictures: Sequence[Canvases], places: Sequence[Place]) -> Images:
    """The patches (n, s, s) that are there, on the linear scale."""
    s = stage.geometry.patch_size
    found = []
    for place in places:
        top, left = int(place.box.top), int(place.box.left)
        found.append(pictures[place.picture].canvas(stage.name)[top : top + s, left : left + s])
    return linear_from_network(np.stack(found), stage.intensity)


def draw_patches(
    stage: Stage,
    pictures: Sequence[Canvases],
    places: Sequence[Place],
    *,
    how: Walk,
    seed: int,
    on_patch: Callable[[int], None] | None = None,
) -> Images:
    """Draw a patch at each place from the contexts of its picture; labels are left open.

    Args:
        stage: local or patch.
        pictures: that contexts are cut from.
        places: n of them.
        how: sampler, steps and guidance.
        seed: of the noise; patch number i takes noise number i.
        on_patch: told how many more are done.

    Returns:
        (n, s, s) on the linear scale.
    """
    drawn = []
    for first in range(0, len(places), BATCH):
        part = places[first : first + BATCH]
        drawn.append(_drawn(stage, pictures, part, how=how, seed=seed, first=first))
        if on_patch is not None:
            on_patch(len(part))
    return linear_from_network(np.concatenate(drawn), stage.intensity)


@torch.inference_mode()
def _drawn(
    stage: Stage, pictures: Sequence[Canvases], places: Sequence[Place], *, how: Walk, seed: int, first: int
) -> Images:
    contexts = np.stack([_contexts(stage, pictures[place.picture], place.box) for place in places])
    labels = [(0,) * len(stage.config.network.label_sizes)] * len(places)
    predict = stage.predictor(contexts, labels, guidance=how.guidance)
    noise = partial(_noise, stage, seed, range(first, first + len(places)))
    timesteps = sampler_timesteps(how.sampler, stage.schedule, how.steps)
    x_0 = walk(sampler_update(how.sampler), predict, stage.schedule, timesteps, noise)
    return x_0[:, 0].float().cpu().numpy()


def _contexts(stage: Stage, picture: Canvases, box: Box) -> NDArray[np.float32]:
    return np.stack(
        stage_contexts(
            stage.name,
            picture.coarser(stage.name),
            box,
            stage.geometry,
            background=stage.intensity.background,
            aligned=stage.config.aligned_context,
        )
    )


def _noise(stage: Stage, seed: int, numbers: range, key: int) -> torch.Tensor:
    s = stage.geometry.patch_size
    values = [patch_noise(seed, stage.name, Patch(number, 0, 0, 0), key, size=s) for number in numbers]
    return torch.from_numpy(np.stack(values)[:, None]).to(stage.device)
