from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mambo_engine.cascade.cascade import Cascade
from mambo_engine.cascade.grid import Box
from mambo_engine.config import IntensityConfig
from mambo_engine.errors import DataError
from mambo_engine.evaluation.patch_drawing import (
    Canvases,
    Place,
    Walk,
    cut_patches,
    draw_patches,
    random_boxes,
    stratified_boxes,
)

QUICK = Walk(steps=2)


def picture(seed: int = 0) -> np.ndarray:
    image = np.zeros((96, 96), dtype=np.float32)
    image[:, :60] = 0.5 + 0.1 * np.random.default_rng(seed).random((96, 60))
    return image


@pytest.fixture
def canvases(tiny_cascade: Cascade) -> list[Canvases]:
    stage = tiny_cascade.stages["patch"]
    return [Canvases.of(picture(seed), stage.geometry, stage.intensity) for seed in range(2)]


def test_real_patches_are_the_pixels_at_their_place(tiny_cascade: Cascade, canvases: list[Canvases]) -> None:
    cut = cut_patches(tiny_cascade.stages["patch"], canvases, [Place(1, Box(8, 20, 16, 16))])
    assert cut[0] == pytest.approx(picture(1)[8:24, 20:36], abs=1e-5)
    mid = cut_patches(tiny_cascade.stages["local"], canvases, [Place(0, Box(0, 0, 16, 16))])
    assert mid.shape == (1, 16, 16)


def test_a_drawn_patch_does_not_depend_on_its_batch(tiny_cascade: Cascade, canvases: list[Canvases]) -> None:
    stage = tiny_cascade.stages["patch"]
    places = [Place(number % 2, Box(4 * number, 10, 16, 16)) for number in range(18)]
    done: list[int] = []
    drawn = draw_patches(stage, canvases, places, how=QUICK, seed=3, on_patch=done.append)
    assert drawn.shape == (18, 16, 16)
    assert done == [16, 2]
    assert 0 <= drawn.min() < drawn.max() <= 1
    assert draw_patches(stage, canvases, places[:3], how=QUICK, seed=3) == pytest.approx(drawn[:3], abs=1e-4)
    assert not np.allclose(draw_patches(stage, canvases, places[:3], how=QUICK, seed=4), drawn[:3], atol=1e-2)


def test_a_drawn_patch_heeds_its_contexts(tiny_cascade: Cascade, canvases: list[Canvases]) -> None:
    stage = tiny_cascade.stages["local"]
    dark = replace(canvases[0], whole=canvases[0].whole - 1)
    place = [Place(0, Box(0, 0, 16, 16))]
    own, other = (draw_patches(stage, [one], place, how=QUICK, seed=0) for one in (canvases[0], dark))
    assert not np.allclose(own, other, atol=1e-4)


def test_stratified_places_lie_in_four_quarters(tiny_cascade: Cascade, canvases: list[Canvases]) -> None:
    stage = tiny_cascade.stages["patch"]
    centers = canvases[0].centers(stage.intensity)
    boxes = stratified_boxes(centers, stage, np.random.default_rng(0))
    cut = np.median(centers, axis=0) * 6
    quarters = {tuple(np.array(box.center) < cut) for box in boxes}
    assert len(boxes) == 4
    assert len(quarters) >= 3  # a box is moved in from the border
    for box in [*boxes, *random_boxes(centers, stage, 20, np.random.default_rng(1))]:
        assert 0 <= box.top <= 80
        assert 0 <= box.left <= 80


def test_what_cannot_be_cut_is_refused(tiny_cascade: Cascade) -> None:
    geometry = tiny_cascade.stages["patch"].geometry
    with pytest.raises(DataError, match=r"got shape \(64, 64\), expected \(96, 96\)"):
        Canvases.of(np.zeros((64, 64), np.float32), geometry, IntensityConfig())
    air = Canvases.of(np.zeros((96, 96), np.float32), geometry, IntensityConfig())
    with pytest.raises(DataError, match="no breast"):
        air.centers(IntensityConfig())
