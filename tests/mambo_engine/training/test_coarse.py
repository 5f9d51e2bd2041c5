from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mambo_engine.cascade.background import drawn_mask
from mambo_engine.config import GeometryConfig, IntensityConfig
from mambo_engine.errors import DataError
from mambo_engine.training.cache import ImageCache, phantom_cache
from mambo_engine.training.coarse import coarse_images

GEOMETRY = GeometryConfig(size=64, patch_size=16, context_factor=2, overlap=4)
INTENSITY = IntensityConfig(12, 0.6)


def test_images_on_disk_and_in_memory_are_the_same(tmp_path: Path) -> None:
    cache = phantom_cache(tmp_path, count=3, size=64, seed=10)
    kept = coarse_images(cache, GEOMETRY, INTENSITY)
    held = coarse_images(replace(cache, folder=None), GEOMETRY, INTENSITY)
    assert np.array_equal(kept.whole, held.whole)
    assert np.array_equal(kept.mid, held.mid)
    assert np.array_equal(kept.masks, held.masks)
    assert kept.mid.shape == (3, 32, 32)


def test_centers_are_the_pixels_of_the_dilated_mask(tmp_path: Path) -> None:
    cache = phantom_cache(tmp_path, count=2, size=64, seed=10)
    coarse = coarse_images(cache, GEOMETRY, INTENSITY)
    mask = drawn_mask(np.asarray(coarse.whole[1]), INTENSITY)
    assert np.array_equal(coarse.centers(1), np.flatnonzero(mask))


def test_an_image_without_a_breast_is_named() -> None:
    empty = ImageCache(np.zeros((2, 64, 64), dtype=np.uint16), np.zeros((2, 0), dtype=np.int64))
    with pytest.raises(DataError, match="training image number 1: got no breast"):
        coarse_images(empty, GEOMETRY, INTENSITY).centers(1)
