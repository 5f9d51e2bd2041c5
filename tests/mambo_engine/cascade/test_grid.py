from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mambo_engine.cascade.grid import Grid, grid_positions
from mambo_engine.errors import ConfigError


@pytest.mark.parametrize(
    ("canvas", "patch_size", "overlap", "count"),
    [(3840, 256, 32, 289), (1280, 256, 32, 36), (256, 256, 0, 1), (3072, 256, 32, 196), (512, 64, 8, 81)],
)
def test_grid_has_the_papers_patch_counts(canvas: int, patch_size: int, overlap: int, count: int) -> None:
    assert Grid(canvas, patch_size, overlap).count == count


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    patch_size = draw(st.integers(4, 24))
    return Grid(draw(st.integers(patch_size, 80)), patch_size, draw(st.integers(0, patch_size - 1)))


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
