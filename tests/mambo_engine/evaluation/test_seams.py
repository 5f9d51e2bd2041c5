from __future__ import annotations

import numpy as np
import pytest

from mambo_engine.cascade.grid import Grid
from mambo_engine.errors import DataError
from mambo_engine.evaluation.seams import seam_lines, seam_ratio

GRID = Grid(canvas=96, patch_size=32, overlap=8)


def noise(seed: int = 0) -> np.ndarray:
    return 0.5 + 0.01 * np.random.default_rng(seed).standard_normal((6, 96, 96))


def test_lines_are_where_the_owner_of_the_overlap_ends() -> None:
    assert GRID.positions == (0, 24, 48, 64)
    assert seam_lines(GRID) == (32, 56, 80)


def test_an_image_without_seams_has_ratio_one() -> None:
    assert seam_ratio(noise(), GRID).ratio == pytest.approx(1.0, abs=0.1)


def test_steps_at_the_seams_are_measured() -> None:
    images = noise()
    steps = np.zeros(96)
    for line in seam_lines(GRID):
        steps[line:] += 0.03
    found = seam_ratio(images + steps[None, None, :] + steps[None, :, None], GRID)
    # Noise differs by 2 * 0.01^2 between neighbors, a step adds 0.03^2.
    assert found.on_line == pytest.approx(2e-4 + 9e-4, rel=0.1)
    assert found.ratio == pytest.approx(5.5, rel=0.15)


def test_air_is_left_out() -> None:
    images = noise()
    images[:, :, 48:] = 0.0
    assert seam_ratio(images, GRID).ratio == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize(
    ("images", "grid", "message"),
    [
        (np.zeros((2, 90, 96)), GRID, r"expected \(n, 96, 96\)"),
        (np.ones((2, 32, 32)), Grid(32, 32, 8), "a grid of one patch"),
        (np.zeros((2, 96, 96)), GRID, "no tissue"),
    ],
)
def test_what_has_no_seams_is_refused(images: np.ndarray, grid: Grid, message: str) -> None:
    with pytest.raises(DataError, match=message):
        seam_ratio(images, grid)
