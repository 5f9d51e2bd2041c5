"""Cuts training examples with the cascade's own grid and contexts, so training and sampling can't drift apart.

Source: paper sec. 3.2.1 and 8 (the patch center is a random pixel of the breast mask). Ours takes the mask that
sampling skips by, dilated, so no patch meets a place it was not trained on.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray

from mambo_engine.cascade.context import Canvas, stage_contexts
from mambo_engine.cascade.grid import Box
from mambo_engine.config import GeometryConfig, IntensityConfig
from mambo_engine.data.intensity import network_from_stored
from mambo_engine.training.cache import ImageCache
from mambo_engine.training.coarse import CoarseImages, coarse_images


@dataclass(frozen=True)
class Examples:
    """Examples of one stage, drawn at random from cached images.

    Args:
        stage: global, local or patch.
        cache: images and labels.
        geometry: of the cascade; its size is the images' side.
        intensity: from stored to network values.
        aligned: whether the aligned context is added.
        border_share: share of patches that are moved to the image's left border, where the chest wall is.
    """

    stage: str
    cache: ImageCache
    geometry: GeometryConfig
    intensity: IntensityConfig
    aligned: bool = False
    border_share: float = 0.0

    @cached_property
    def coarse(self) -> CoarseImages:
        """The global and mid images of all cached images, and where patches may be centered."""
        return coarse_images(self.cache, self.geometry, self.intensity)

    def draw(self, batch: int, generator: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        """Draw `batch` examples: channels (B, C, s, s) in float32 and labels (B, fields)."""
        chosen = generator.integers(len(self.cache), size=batch)
        examples = np.stack([self.example(int(index), generator) for index in chosen])
        return torch.from_numpy(examples), torch.from_numpy(self.cache.labels[chosen])

    def one(self, generator: np.random.Generator) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Draw one example: channels (C, s, s) and labels (fields,)."""
        index = int(generator.integers(len(self.cache)))
        return self.example(index, generator), self.cache.labels[index]

    def example(self, index: int, generator: np.random.Generator) -> NDArray[np.float32]:
        """Cut one example of image `index`: the target first, then its contexts."""
        global_image, mid_image = self.coarse.whole[index], self.coarse.mid[index]
        if self.stage == "global":
            return np.asarray(global_image[None], dtype=np.float32)
        canvas_size = self.geometry.canvas_size(self.stage)
        box = self._box(index, canvas_size, generator)
        coarser: tuple[Canvas, ...] = (global_image,) if self.stage == "local" else (global_image, mid_image)
        contexts = stage_contexts(
            self.stage,
            coarser,
            box,
            self.geometry,
            background=self.intensity.background,
            aligned=self.aligned,
        )
        return np.stack([self._target(index, box), *contexts])

    def _box(self, index: int, canvas: int, generator: np.random.Generator) -> Box:
        s = self.geometry.patch_size
        points, factor = self.coarse.centers(index), canvas / s
        at = np.array(np.divmod(points[generator.integers(len(points))], s)) + generator.random(2)
        top, left = (int(np.clip(round(place * factor - s / 2), 0, canvas - s)) for place in at)
        if generator.random() < self.border_share:
            left = 0
        return Box(top, left, s, s)

    def _target(self, index: int, box: Box) -> NDArray[np.float32]:
        top, left, s = int(box.top), int(box.left), self.geometry.patch_size
        if self.stage == "local":
            return np.asarray(self.coarse.mid[index][top : top + s, left : left + s], dtype=np.float32)
        stored = self.cache.images[index, top : top + s, left : left + s]
        return network_from_stored(np.asarray(stored), self.intensity)
