"""Tables 4 and 5: real mammograms shrunk, enlarged again by several methods, and compared with what they were.

Source: paper sec. 4.4, tab. 4 and 5: pictures padded and shrunk, enlarged in one or two steps, 2,540 patches
against the original at the same place. Ours takes four patches a picture, one a quarter of the breast, at the
scale of the original, and adds PSNR, SSIM and intervals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mambo_engine.cascade.stage import Stage
from mambo_engine.config import require
from mambo_engine.errors import DataError
from mambo_engine.evaluation.bootstrap import bootstrap, bootstrap_mean
from mambo_engine.evaluation.features import Extractor, Features, standardized
from mambo_engine.evaluation.frechet import frechet_distance
from mambo_engine.evaluation.patch_drawing import Canvases, stratified_boxes
from mambo_engine.evaluation.similarity import ssim
from mambo_engine.replication.range_null import ZeroShotSettings
from mambo_engine.replication.table import Measured

Images = NDArray[np.float32]
Distance = Callable[[NDArray[np.floating], NDArray[np.floating]], float]

BICUBIC, ZERO_SHOT, CASCADE, CONSISTENT = "bicubic", "DDNM on stage 1", "cascade", "cascade, area mean kept"
METHODS = (BICUBIC, ZERO_SHOT, CASCADE, CONSISTENT)
FRECHET, LPIPS = "Fréchet distance", "LPIPS"
LEAST_ERROR = 1e-10
LEAST = 4
PER_PICTURE = 4


@dataclass(frozen=True)
class EnlargingSettings:
    """What tables 4 and 5 are run with.

    Attributes:
        pictures: of the held-out ones.
        zero_shot: of the baseline on stage 1.
    """

    pictures: int = 635
    zero_shot: ZeroShotSettings = field(default_factory=ZeroShotSettings)

    def __post_init__(self) -> None:
        """Check the count."""
        require(self.pictures >= LEAST, f"pictures: got {self.pictures}, expected at least {LEAST}")


def corners(image: Images, stage: Stage, seed: int) -> list[tuple[int, int]]:
    """Row and column of four patches of a picture (size, size), one a quarter of its breast.

    Args:
        image: on the linear scale.
        stage: patch.
        seed: of the places.

    Raises:
        DataError: the picture is of another side, or shows no breast.
    """
    whole = Canvases.of(image, stage.geometry, stage.intensity)
    boxes = stratified_boxes(whole.centers(stage.intensity), stage, np.random.default_rng(seed))
    return [(int(box.top), int(box.left)) for box in boxes]


def cut(image: Images, at: Sequence[tuple[int, int]], side: int) -> Images:
    """Patches (n, side, side) of one picture."""
    return np.stack([image[row : row + side, column : column + side] for row, column in at])


@dataclass(frozen=True)
class Comparison:
    """Patches of originals, and what enlarged ones are measured by.

    Attributes:
        originals: (n, p, s, s): p patches of each of n pictures, on the linear scale.
        extractor: of features.
        lpips: of two patches, where its files are given.
        seed: of the resampling.
        repeats: resampled sets an interval.
    """

    originals: Images
    extractor: Extractor
    lpips: Distance | None = None
    seed: int = 0
    repeats: int = 1000

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the figures."""
        return ("PSNR, dB", "SSIM", FRECHET, *((LPIPS,) if self.lpips else ()))

    def figures(self, enlarged: Images) -> dict[str, Measured]:
        """All figures of one method's patches (n, p, s, s).

        Raises:
            DataError: another shape.
        """
        if enlarged.shape != self.originals.shape:
            raise DataError(f"patches: got shape {enlarged.shape}, expected {self.originals.shape}")
        found = {"PSNR, dB": self._mean(self._psnr(enlarged)), "SSIM": self._mean(self._paired(enlarged, ssim))}
        found[FRECHET] = self._frechet(enlarged)
        if self.lpips:
            found[LPIPS] = self._mean(self._paired(enlarged, self.lpips))
        return found

    def _psnr(self, enlarged: Images) -> NDArray[np.float64]:
        errors = (enlarged.astype(np.float64) - self.originals) ** 2
        return np.asarray(-10 * np.log10(np.maximum(errors.mean(axis=(1, 2, 3)), LEAST_ERROR)))

    def _paired(self, enlarged: Images, figure: Distance) -> NDArray[np.float64]:
        return np.array(
            [
                np.mean([figure(a, b) for a, b in zip(ours, theirs, strict=True)])
                for ours, theirs in zip(enlarged, self.originals, strict=True)
            ]
        )

    def _mean(self, values: NDArray[np.float64]) -> Measured:
        return Measured.of(bootstrap_mean(values, seed=self.seed, repeats=self.repeats))

    def _frechet(self, enlarged: Images) -> Measured:
        ours, theirs = self._features(enlarged), self._real
        if self.extractor.needs_scale:
            ours, theirs = standardized(ours, theirs, by=theirs)
        # Both sides are of the same pictures, so they are resampled together.
        interval = bootstrap(
            lambda chosen: frechet_distance(ours.take(chosen).values, theirs.take(chosen).values),
            len(self.originals),
            seed=self.seed,
            repeats=min(self.repeats, 200),
            unbias=True,
        )
        return replace(Measured.of(interval), low=max(0.0, interval.low))

    @cached_property
    def _real(self) -> Features:
        return self._features(self.originals)

    def _features(self, patches: Images) -> Features:
        per_picture = patches.shape[1]
        found = self.extractor(list(patches.reshape(-1, *patches.shape[2:])))
        return replace(found, pictures=found.pictures // per_picture)
