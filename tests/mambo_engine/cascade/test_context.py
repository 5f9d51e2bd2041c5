from __future__ import annotations

import numpy as np
import pytest

from mambo_engine.cascade.context import area_mean, local_box, sample_box, shifted_box, stage_contexts
from mambo_engine.cascade.grid import Box, Grid
from mambo_engine.config import GeometryConfig
from mambo_engine.errors import ConfigError

PAPER = GeometryConfig()
SMALL = GeometryConfig(size=512, patch_size=64, context_factor=2, overlap=8)


def ramp(side: int) -> np.ndarray:
    rows, columns = np.mgrid[:side, :side].astype(np.float32)
    return np.asarray(rows + 1000 * columns, dtype=np.float32)


def test_sample_box_on_whole_pixels_returns_the_pixels_themselves() -> None:
    canvas = np.random.default_rng(0).normal(size=(40, 40)).astype(np.float32)
    out = sample_box(canvas, Box(3, 7, 16, 16), 16, background=-1.0)
    assert np.array_equal(out, canvas[3:19, 7:23])


def test_sample_box_between_pixels_is_exact_on_a_ramp() -> None:
    out = sample_box(ramp(40), Box(3.25, 7.5, 16, 16), 16, background=0.0)
    np.testing.assert_allclose(out, ramp(40)[3:19, 7:23] + 0.25 + 500, rtol=1e-6)


def test_sample_box_outside_the_canvas_is_background() -> None:
    out = sample_box(np.full((16, 16), 3.0, np.float32), Box(-8, -20, 16, 16), 16, background=-1.0)
    assert np.all(out == -1.0)
    half = sample_box(np.full((16, 16), 3.0, np.float32), Box(-8, 0, 16, 16), 16, background=-1.0)
    assert np.all(half[:8] == -1.0)
    assert np.all(half[8:] == 3.0)


def test_contexts_share_the_patch_center_at_every_grid_position() -> None:
    for geometry in (PAPER, SMALL):
        grid = Grid(geometry.size, geometry.patch_size, geometry.overlap)
        for patch in grid.raster():
            box = grid.box(patch)
            center = np.array(box.center)
            k, s = geometry.context_factor, geometry.patch_size
            np.testing.assert_allclose(np.array(local_box(box, geometry).center) * k, center)
            shifted = np.array(shifted_box(box, geometry, canvas=geometry.size).center)
            np.testing.assert_allclose(shifted * geometry.size / s, center)


def test_stage_contexts_come_in_the_papers_order_with_the_aligned_one_last() -> None:
    global_image, mid_image = ramp(64), ramp(256) + 7
    box = Box(112, 56, 64, 64)
    local = stage_contexts("local", (global_image,), box, SMALL, background=0.0, aligned=True)
    assert np.array_equal(local[1], global_image)
    # The patch's center (144, 88) of 256 lies at (36, 22) of 64, which moves to the middle (32, 32).
    assert np.array_equal(local[0][:60, 10:], global_image[4:, :54])
    assert local[2][0, 0] == pytest.approx(ramp(64)[28, 14] - (0.5 - 0.125) * 1001)
    patch = stage_contexts("patch", (global_image, mid_image), box, SMALL, background=0.0, aligned=True)
    assert np.array_equal(patch[0], mid_image[40:104, 12:76])
    assert np.array_equal(patch[1], global_image)
    assert len(stage_contexts("patch", (global_image, mid_image), box, SMALL, background=0.0)) == 2
    assert stage_contexts("global", (), box, SMALL, background=0.0) == []


def test_stage_contexts_refuse_a_missing_coarser_image() -> None:
    with pytest.raises(ConfigError, match="one per earlier stage"):
        stage_contexts("patch", (ramp(64),), Box(0, 0, 64, 64), SMALL, background=0.0)


def test_area_mean_is_the_mean_of_each_square() -> None:
    assert np.array_equal(area_mean(ramp(4), 2), [[500.5, 2500.5], [502.5, 2502.5]])
    with pytest.raises(ConfigError, match="multiples of 3"):
        area_mean(ramp(4), 3)
