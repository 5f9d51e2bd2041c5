from __future__ import annotations

import numpy as np
import pytest

from mambo_engine.cascade.context import area_mean, sample_box, stage_contexts
from mambo_engine.cascade.grid import Box
from mambo_engine.config import GeometryConfig, IntensityConfig
from mambo_engine.data.intensity import network_from_stored
from mambo_engine.training.cache import ImageCache, phantom_cache, phantom_labels
from mambo_engine.training.examples import Examples

GEOMETRY = GeometryConfig(size=64, patch_size=16, context_factor=2, overlap=4)
INTENSITY = IntensityConfig(12, 0.6)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> ImageCache:
    return phantom_cache(tmp_path_factory.mktemp("cache"), count=3, size=64, seed=10)


def examples(stage: str, cache: ImageCache, *, border_share: float = 0.0) -> Examples:
    return Examples(stage, cache, GEOMETRY, INTENSITY, aligned=True, border_share=border_share)


@pytest.mark.parametrize(("stage", "channels"), [("global", 1), ("local", 4), ("patch", 4)])
def test_draw_repeats_for_a_generator_and_has_the_stages_channels(
    stage: str, channels: int, cache: ImageCache
) -> None:
    source = examples(stage, cache)
    x, labels = source.draw(5, np.random.default_rng(1))
    again, _ = source.draw(5, np.random.default_rng(1))
    assert x.shape == (5, channels, 16, 16)
    assert labels.shape == (5, 3)
    assert int(labels.min()) >= 1
    assert np.array_equal(x.numpy(), again.numpy())
    assert -1.0 <= float(x.min()) <= float(x.max()) <= 1.0


def test_example_holds_the_patch_and_the_contexts_that_sampling_would_cut(cache: ImageCache) -> None:
    source = examples("patch", cache)
    x = source.example(0, np.random.default_rng(4))
    full = network_from_stored(np.asarray(cache.images[0]), INTENSITY)
    coarser = (area_mean(full, 4), area_mean(full, 2))
    found = [
        Box(top, left, 16, 16)
        for top in range(49)
        for left in range(49)
        if np.array_equal(full[top : top + 16, left : left + 16], x[0])
    ]
    assert len(found) == 1
    contexts = stage_contexts("patch", coarser, found[0], GEOMETRY, background=INTENSITY.background, aligned=True)
    assert np.array_equal(np.stack(contexts), x[1:])


def test_aligned_context_shows_the_patch_itself_at_lower_resolution(cache: ImageCache) -> None:
    x = examples("patch", cache).example(1, np.random.default_rng(0))
    coarse = sample_box(area_mean(x[0], 2), Box(0, 0, 8, 8), 16, background=INTENSITY.background)
    assert np.corrcoef(coarse.ravel(), x[3].ravel())[0, 1] > 0.9


def test_border_share_moves_patches_to_the_chest_wall(cache: ImageCache) -> None:
    source = examples("local", cache, border_share=0.99)
    mid = source.coarse.mid
    target = source.example(0, np.random.default_rng(2))[0]
    assert any(np.array_equal(mid[0][top : top + 16, :16], target) for top in range(17))


def test_labels_of_phantoms_come_equally_often() -> None:
    drawn = [phantom_labels(index) for index in range(40)]
    assert len({(labels.birads, labels.density, labels.view) for labels in drawn}) == 40
