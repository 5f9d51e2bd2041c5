"""Extra noise on the lattice of the stem."""

from __future__ import annotations

import numpy as np
import pytest

from mambo_engine.training.lattice import lattice


@pytest.mark.parametrize("period", [2, 4])
def test_each_square_of_the_stem_has_mean_zero(period: int) -> None:
    found = lattice(np.random.default_rng(1), 32, period)
    squares = found.reshape(32 // period, period, 32 // period, period).mean(axis=(1, 3))
    assert found.shape == (32, 32)
    assert found.dtype == np.float32
    assert np.abs(squares).max() < 1e-6


def test_each_phase_is_smooth_and_the_pattern_is_not() -> None:
    found = lattice(np.random.default_rng(2), 64, 2)
    within = np.abs(np.diff(found[::2, ::2], axis=0)).mean()
    across = np.abs(np.diff(found, axis=0)).mean()
    assert across > 4 * within


def test_the_energy_lies_at_the_nyquist_lines_of_the_spectrum() -> None:
    generator = np.random.default_rng(3)
    power = np.mean([np.abs(np.fft.fft2(lattice(generator, 64, 2))) ** 2 for _ in range(20)], axis=0)
    near = np.abs(np.abs(np.fft.fftfreq(64)) - 0.5) <= 4 / 64
    lines = near[:, None] | near[None, :]
    assert power[lines].sum() > 0.95 * power.sum()


def test_variance_is_of_order_one() -> None:
    generator = np.random.default_rng(4)
    assert 0.2 < np.mean([lattice(generator, 64, 2).var() for _ in range(50)]) < 1.2
