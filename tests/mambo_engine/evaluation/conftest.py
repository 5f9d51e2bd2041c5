"""Tiny networks as TorchScript files; pictures of correlated noise in a round breast, alike from seed to seed."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy import ndimage

from mambo_engine.evaluation.pictures import PictureSet

SaveScript = Callable[[torch.nn.Module], Path]


@pytest.fixture
def save_script(tmp_path: Path) -> SaveScript:
    def save(module: torch.nn.Module) -> Path:
        path = tmp_path / "tiny.pt"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            torch.jit.save(torch.jit.script(module.eval()), str(path))
        return path

    return save


SIDE = 128
Pictures = Callable[..., PictureSet]


def _picture(seed: int, sharpness: float) -> np.ndarray:
    rows, columns = np.mgrid[:SIDE, :SIDE]
    inside = np.hypot(rows - SIDE / 2, columns) < 0.48 * SIDE
    grain = ndimage.gaussian_filter(np.random.default_rng(seed).standard_normal((SIDE, SIDE)), 1 / sharpness)
    return np.where(inside, np.clip(0.5 + 0.1 * grain / grain.std(), 0.1, 1), 0).astype(np.float32)


@pytest.fixture(scope="session")
def pictures() -> Pictures:
    def make(count: int, *, seed: int = 0, sharpness: float = 1.0) -> PictureSet:
        images = np.stack([_picture(seed + i, sharpness) for i in range(count)])
        return PictureSet(images, tuple(f"{seed + i}.png" for i in range(count)))

    return make
