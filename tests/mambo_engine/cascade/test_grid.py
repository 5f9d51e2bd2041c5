from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mambo_engine.cascade.context import local_box
from mambo_engine.cascade.grid import Grid, grid_positions
from mambo_engine.config import GeometryConfig
from mambo_engine.errors import ConfigError


@pytest.mark.parametrize(
    ("canvas", "patch_size", "overlap", "count"),
    [(3840, 256, 32, 289), (1280, 256, 32, 36), (256, 256, 0, 1), (3072, 256, 32, 196), (512, 64, 8, 81)],
)
def test_grid_has_the_papers_patch_counts(canvas: int, patch_size: int, overlap: int, count: int) -> None:
    assert Grid(canvas, patch_size, overlap).count == count


@st.composite
def grids(draw: st.DrawFn, largest: int = 80) -> Grid:
    patch_size = draw(st.integers(4, 24))
    return Grid(draw(st.integers(patch_size, largest)), patch_size, draw(st.integers(0, patch_size - 1)))


@given(grids())
def test_positions_start_at_zero_end_at_the_border_and_never_leave_a_gap(grid: Grid) -> None:
    positions = grid.positions
    assert positions[0] == 0
    assert positions[-1] == grid.canvas - grid.patch_size
    steps = np.diff(positions)
    assert np.all((steps > 0) & (steps <= grid.patch_size - grid.overlap))


@given(grids())
def test_known_is_what_earlier_patches_wrote_in_raster_and_in_wave_order(grid: Grid) -> None:
    s = grid.patch_size
    for order in (list(grid.raster()), [patch for wave in grid.waves() for patch in wave]):
        written = np.zeros((grid.canvas, grid.canvas), dtype=bool)
        owner = np.full((grid.canvas, grid.canvas), -1)
        for patch in order:
            view = np.s_[patch.top : patch.top + s, patch.left : patch.left + s]
            known = grid.known(patch)
            assert np.array_equal(known & written[view], known), "a known pixel that nobody wrote"
            free = ~known
            assert np.all(owner[view][free] == -1), "two owners"
            owner[view][free] = patch.row * len(grid.positions) + patch.column
            written[view] = True
        assert np.all(owner >= 0)


@settings(deadline=None)
@given(grids(largest=48))
def test_needs_are_the_owners_of_all_known_pixels_and_lie_in_earlier_waves(grid: Grid) -> None:
    owner = np.full((grid.canvas, grid.canvas), -1)
    s = grid.patch_size
    for patch in grid.raster():
        view = np.s_[patch.top : patch.top + s, patch.left : patch.left + s]
        known = grid.known(patch)
        needs = {need.row * len(grid.positions) + need.column for need in grid.needs(patch)}
        assert set(np.unique(owner[view][known])) <= needs
        assert all(need.wave < patch.wave for need in grid.needs(patch))
        owner[view][~known] = patch.row * len(grid.positions) + patch.column


@settings(deadline=None)
@given(st.integers(1, 3), st.integers(8, 32), st.integers(0, 60), st.integers(0, 7))
def test_contexts_are_centered_on_their_patch_for_any_size_and_factor(
    k: int, patch_size: int, extra: int, overlap: int
) -> None:
    """No drift: the mid region's center times k is the patch's center, up to the last patch."""
    geometry = GeometryConfig(k * (patch_size + extra), patch_size, k, overlap)
    grid = Grid(geometry.size, patch_size, overlap)
    for patch in grid.raster():
        box = grid.box(patch)
        row, column = local_box(box, geometry).center
        assert (row * k, column * k) == pytest.approx(box.center)
    assert grid.positions[-1] + patch_size == geometry.size


def test_patches_of_a_wave_do_not_need_each_other() -> None:
    grid = Grid(96, 16, 4)
    waves = grid.waves()
    assert sum(len(wave) for wave in waves) == grid.count
    assert all({patch.row + patch.column for patch in wave} == {n} for n, wave in enumerate(waves))


def test_grid_positions_refuse_a_canvas_below_a_patch_and_an_overlap_without_stride() -> None:
    with pytest.raises(ConfigError, match="at least patch_size 64"):
        grid_positions(63, 64, 8)
    with pytest.raises(ConfigError, match=r"overlap: got 64, expected 0\.\.63"):
        grid_positions(128, 64, 64)
