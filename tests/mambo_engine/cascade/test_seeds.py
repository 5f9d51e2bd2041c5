from __future__ import annotations

import itertools

import numpy as np
import pytest

from mambo_engine.cascade.grid import Patch
from mambo_engine.cascade.seeds import check_seed, patch_noise
from mambo_engine.errors import ConfigError


def test_patch_noise_is_a_function_of_its_arguments_alone() -> None:
    patch = Patch(3, 5, 0, 0)
    assert np.array_equal(
        patch_noise(7, "local", patch, 4, size=16), patch_noise(7, "local", Patch(3, 5, 9, 9), 4, size=16)
    )


def test_patch_noise_differs_in_every_argument_and_does_not_correlate() -> None:
    base = {"seed": 7, "stage": "local", "patch": Patch(3, 5, 0, 0), "key": 4, "image": 0}
    changes = [
        {},
        {"seed": 8},
        {"stage": "patch"},
        {"patch": Patch(5, 3, 0, 0)},
        {"patch": Patch(3, 6, 0, 0)},
        {"key": 5},
        {"image": 1},
    ]
    drawn = [patch_noise(**{**base, **change}, size=64) for change in changes]  # type: ignore[arg-type]
    for a, b in itertools.combinations(drawn, 2):
        assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 0.06
    assert all(abs(a.mean()) < 0.06 and abs(a.std() - 1) < 0.05 for a in drawn)


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_check_seed_refuses_numbers_out_of_range(seed: int) -> None:
    with pytest.raises(ConfigError, match="expected 0"):
        check_seed(seed)
