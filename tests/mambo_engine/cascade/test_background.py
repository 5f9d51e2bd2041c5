from __future__ import annotations

import numpy as np

from mambo_engine.cascade.background import drawn_mask, is_drawn
from mambo_engine.cascade.grid import Grid
from mambo_engine.config import IntensityConfig

INTENSITY = IntensityConfig(12, 0.6)


def disc(side: int) -> np.ndarray:
    rows, columns = np.mgrid[:side, :side]
    inside = np.hypot(rows - side / 2, columns) < side / 3
    return np.where(inside, 0.2, -1.0).astype(np.float32)


def test_drawn_mask_holds_the_breast_and_a_margin_but_no_speck() -> None:
    image = disc(64)
    image[2, 60] = 0.9
    mask = drawn_mask(image, INTENSITY)
    assert mask[disc(64) > 0].all()
    assert mask.sum() > (disc(64) > 0).sum()
    assert not mask[2, 60]
    assert not mask[:, 50:].any()


def test_drawn_mask_is_the_same_in_another_range_of_network_values() -> None:
    published = IntensityConfig(kind="affine", mean=0.007, std=0.01)
    low, high = published.range
    other = (disc(64) + 1.0) / 2.0 * (high - low) + low
    assert np.array_equal(drawn_mask(other.astype(np.float32), published), drawn_mask(disc(64), INTENSITY))


def test_drawn_mask_of_air_is_empty() -> None:
    assert not drawn_mask(np.full((64, 64), -1.0, np.float32), INTENSITY).any()


def test_is_drawn_agrees_with_the_mask_at_full_size() -> None:
    mask, grid = drawn_mask(disc(64), INTENSITY), Grid(256, 64, 8)
    full = np.kron(mask, np.ones((4, 4), dtype=bool))
    for patch in grid.raster():
        inside = full[patch.top : patch.top + 64, patch.left : patch.left + 64].any()
        assert is_drawn(mask, grid, patch) == inside
