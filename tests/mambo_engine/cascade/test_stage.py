from __future__ import annotations

from dataclasses import replace

import pytest

from mambo_engine.config import STAGES, GeometryConfig
from mambo_engine.errors import ConfigError
from tests.mambo_engine.conftest import tiny_stage


@pytest.mark.parametrize(("size", "patches"), [(3840, (1, 36, 289)), (3072, (1, 25, 196))])
def test_stages_have_the_papers_patch_counts(size: int, patches: tuple[int, ...]) -> None:
    geometry = GeometryConfig(size=size, patch_size=256, context_factor=3, overlap=32)
    counts = tuple(replace(tiny_stage(name), geometry=geometry).grid.count for name in STAGES)
    assert counts == patches


@pytest.mark.parametrize(
    ("size", "k", "message"),
    [
        (97, 2, "size: got 97, expected a multiple of context_factor 2"),
        (30, 2, "size / context_factor: got 15, expected at least patch_size 16"),
    ],
)
def test_a_size_that_no_grid_covers_is_refused(size: int, k: int, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        GeometryConfig(size=size, patch_size=16, context_factor=k, overlap=4)


def test_a_patch_that_the_network_cannot_halve_is_refused() -> None:
    with pytest.raises(ConfigError, match="stage local: got patch_size 18, expected a multiple of 4"):
        replace(tiny_stage("local"), geometry=GeometryConfig(96, 18, 2, 4))


def test_a_network_with_other_channels_than_its_contexts_is_refused() -> None:
    with pytest.raises(ConfigError, match="stage global: got a network of 4 input channels, expected 1"):
        replace(tiny_stage("local"), name="global")
