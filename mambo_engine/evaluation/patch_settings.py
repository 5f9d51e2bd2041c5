"""The settings of the paper's table 1: patches on real contexts, and out of the whole cascade, against real ones.

| setting | generated | real |
| --- | --- | --- |
| ROI | four patches a picture, one a quarter of the breast, on the picture's own contexts | the same places |
| random | random places of one half of the pictures, on their contexts | random places of the other half |
| pipeline | random places of pictures that all three stages drew from noise | random places of all |
| bound | random places of one half of the real pictures | random places of the other half |

Source: paper sec. 4.1.2, tab. 1. The paper does not say how its "random" patches are paired with contexts; ours
keeps pictures of one patient out of the other half. Labels are left open in "ROI" and "random".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mambo_engine.cascade.stage import Stage
from mambo_engine.evaluation.bootstrap import Interval, bootstrap
from mambo_engine.evaluation.features import Extractor, Features, standardized
from mambo_engine.evaluation.frechet import frechet_distance
from mambo_engine.evaluation.patch_drawing import (
    Canvases,
    Place,
    Walk,
    cut_patches,
    draw_patches,
    random_boxes,
    stratified_boxes,
)
from mambo_engine.evaluation.pictures import PictureSet, halves

PER_PICTURE = 4
SETTINGS = ("ROI", "random", "pipeline", "bound")
PAPER = {
    "RSNA": {
        "patch": {"ROI": 2.73, "random": 3.21, "pipeline": 15.55, "bound": 0.82},
        "local": {"ROI": 13.89, "random": 14.34, "pipeline": 20.72},
        "global": {"pipeline": 4.71},
    },
    "VinDr": {
        "patch": {"ROI": 4.77, "random": 5.25, "pipeline": 15.62, "bound": 0.78},
        "local": {"ROI": 7.76, "random": 7.99, "pipeline": 8.11},
        "global": {"pipeline": 2.14},
    },
}
"""FID of tab. 1: Inception features of 256-pixel patches, thousands of them."""

Images = NDArray[np.float32]


@dataclass(frozen=True)
class SettingFigure:
    """One cell of the table.

    Attributes:
        stage: global, local or patch: what kind of input is compared.
        setting: ROI, random, pipeline or bound.
        distance: Fréchet distance, resampled by whole pictures.
        patches: rows on the left and on the right.
    """

    stage: str
    setting: str
    distance: Interval
    patches: tuple[int, int]


@dataclass(frozen=True)
class Patches:
    """Patches and the number of the picture that each is of, from 0 without gaps."""

    images: Images
    pictures: NDArray[np.intp]


@dataclass(frozen=True)
class TableOne:
    """Draws and compares the settings of one cascade.

    Attributes:
        stages: of the cascade, by name.
        real: held-out pictures of the cascade's side.
        how: sampler, steps and guidance of a stage.
        seed: of places, halves, noise and resampling.
        repeats: resampled sets an interval.
        on_patch: told how many more patches are drawn.
    """

    stages: Mapping[str, Stage]
    real: PictureSet
    how: Mapping[str, Walk]
    seed: int = 0
    repeats: int = 200
    on_patch: Callable[[int], None] | None = None

    def figures(self, extractor: Extractor, pipeline: Sequence[Canvases] = ()) -> tuple[SettingFigure, ...]:
        """The whole table; the pipeline's rows where its pictures are given.

        Args:
            extractor: of patches.
            pipeline: drawn pictures at their three scales, at least 2.

        Raises:
            DataError: too few pictures, or of another side.
        """
        real = [Canvases.of(image, self._first.geometry, self._first.intensity) for image in self.real.images]
        found = []
        for name in ("patch", "local", "global"):
            pairs = self._pairs(self.stages[name], real, pipeline)
            found += [self._figure(name, setting, pair, extractor) for setting, pair in pairs.items()]
        return tuple(found)

    def count(self) -> int:
        """Patches that will be drawn."""
        a, _ = self._halves()
        return 2 * PER_PICTURE * (len(self.real) + len(a))

    @property
    def _first(self) -> Stage:
        return self.stages["global"]

    def _halves(self) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
        patients = self.real.patients or tuple(map(str, range(len(self.real))))
        return halves(patients, self.seed)

    def _pairs(
        self, stage: Stage, real: Sequence[Canvases], pipeline: Sequence[Canvases]
    ) -> dict[str, tuple[Patches, Patches]]:
        a, b = self._halves()
        own, other = self._cut(stage, real, a), self._cut(stage, real, b)
        pairs = {}
        if stage.name != "global":
            places = self._places(stage, real, range(len(real)), stratified=True)
            pairs["ROI"] = (self._draw(stage, real, places, 1), _patches(cut_patches(stage, real, places), places))
            pairs["random"] = (self._draw(stage, real, self._places(stage, real, a), 2), other)
        if pipeline:
            drawn = self._cut(stage, pipeline, range(len(pipeline)))
            pairs["pipeline"] = (drawn, self._cut(stage, real, range(len(real))))
        pairs["bound"] = (own, other)
        return pairs

    def _cut(
        self, stage: Stage, pictures: Sequence[Canvases], chosen: Sequence[int] | NDArray[np.integer]
    ) -> Patches:
        places = self._places(stage, pictures, chosen)
        return _patches(cut_patches(stage, pictures, places), places)

    def _draw(self, stage: Stage, real: Sequence[Canvases], places: Sequence[Place], salt: int) -> Patches:
        how, seed = self.how[stage.name], 10 * self.seed + salt
        return _patches(draw_patches(stage, real, places, how=how, seed=seed, on_patch=self.on_patch), places)

    def _places(
        self,
        stage: Stage,
        pictures: Sequence[Canvases],
        chosen: Sequence[int] | NDArray[np.integer],
        *,
        stratified: bool = False,
    ) -> list[Place]:
        generator = np.random.default_rng((self.seed, len(chosen), int(stratified)))
        places = []
        for number in map(int, chosen):
            if stage.name == "global":
                boxes = [stage.grid.box(next(stage.grid.raster()))]
            else:
                centers = pictures[number].centers(stage.intensity)
                boxes = (
                    stratified_boxes(centers, stage, generator)
                    if stratified
                    else random_boxes(centers, stage, PER_PICTURE, generator)
                )
            places += [Place(number, box) for box in boxes]
        return places

    def _figure(
        self, stage: str, setting: str, pair: tuple[Patches, Patches], extractor: Extractor
    ) -> SettingFigure:
        ours, theirs = (_features(extractor, patches) for patches in pair)
        if extractor.needs_scale:
            ours, theirs = standardized(ours, theirs, by=theirs)
        distance = bootstrap(
            lambda a, b: frechet_distance(ours.take(a).values, theirs.take(b).values),
            ours.count,
            theirs.count,
            seed=self.seed,
            repeats=self.repeats,
            unbias=True,
        )
        return SettingFigure(stage, setting, distance, (len(ours.values), len(theirs.values)))


def _patches(images: Images, places: Sequence[Place]) -> Patches:
    _, numbers = np.unique([place.picture for place in places], return_inverse=True)
    return Patches(images, numbers.astype(np.intp))


def _features(extractor: Extractor, patches: Patches) -> Features:
    """Rows of patches, numbered by the picture that the patch is of."""
    found = extractor(list(patches.images))
    return Features(found.values, found.extractor, found.digest, patches.pictures[found.pictures])
