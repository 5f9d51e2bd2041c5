from __future__ import annotations

import numpy as np
import pytest

from mambo_engine.cascade.grid import Grid
from mambo_engine.errors import DataError
from mambo_engine.evaluation.artifacts import artifacts

GRID = Grid(64, 16, 4)


def noisy(low=0.3, high=0.5):
    return np.random.default_rng(0).uniform(low, high, (64, 64)).astype(np.float32)


def test_artifacts_of_even_noise_show_no_seam():
    found = artifacts(noisy(), GRID)
    assert found.seam_ratio == pytest.approx(1.0, abs=0.15)
    assert found.saturated == 0
    assert found.breast == 1


def test_artifacts_find_a_step_where_patches_meet():
    stepped = noisy()
    stepped[16:] += 0.3
    assert artifacts(stepped, GRID).seam_ratio > 2


def test_artifacts_count_white_among_tissue_alone():
    picture = np.zeros((64, 64), np.float32)
    picture[:, :32] = noisy()[:, :32]
    picture[:8, :32] = 1.0
    found = artifacts(picture, GRID)
    assert found.breast == 0.5
    assert found.saturated == pytest.approx(8 / 64)


def test_artifacts_refuse_a_picture_without_a_breast():
    with pytest.raises(DataError, match="no tissue"):
        artifacts(np.zeros((64, 64), np.float32), GRID)
