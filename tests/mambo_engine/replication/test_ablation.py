"""Contexts that are changed or taken away, and the table of what comes of it."""

from __future__ import annotations

import numpy as np
import pytest

from mambo_engine.cascade.cascade import Cascade
from mambo_engine.cascade.grid import Patch
from mambo_engine.replication.ablation import (
    CHANNELS,
    PAPER,
    Variant,
    ablated,
    ablation_table,
    seam_grids,
    variants,
)
from mambo_engine.replication.table import Measured, Row


def coarser() -> tuple[np.ndarray, ...]:
    generator = np.random.default_rng(0)
    return tuple(generator.random((side, side), dtype=np.float32) for side in (16, 48))


def contexts(cascade: Cascade, variant: Variant, stage: str = "patch") -> np.ndarray:
    given = coarser() if stage == "patch" else coarser()[:1]
    return ablated(cascade, variant).stages[stage].contexts(given, Patch(2, 2, 24, 24))


@pytest.mark.parametrize("stage", ["local", "patch"])
def test_contexts_as_trained_are_those_of_the_stage(tiny_cascade: Cascade, stage: str) -> None:
    given = coarser() if stage == "patch" else coarser()[:1]
    own = tiny_cascade.stages[stage].contexts(given, Patch(2, 2, 24, 24))
    assert np.array_equal(contexts(tiny_cascade, Variant("as trained"), stage), own)


@pytest.mark.parametrize("stage", ["local", "patch"])
@pytest.mark.parametrize("name", ["shifted", "global", "local", "aligned"])
def test_context_taken_away_keeps_its_mean_and_no_shape(tiny_cascade: Cascade, stage: str, name: str) -> None:
    whole = contexts(tiny_cascade, Variant("as trained"), stage)
    found = contexts(tiny_cascade, Variant("without", frozenset({name})), stage)
    for at, channel in enumerate(CHANNELS[stage]):
        if channel == name:
            assert found[at] == pytest.approx(whole[at].mean(), abs=1e-6)
        else:
            assert np.array_equal(found[at], whole[at])


def test_region_of_the_own_factor_is_the_one_trained_with(tiny_cascade: Cascade) -> None:
    own = contexts(tiny_cascade, Variant("as trained"))
    assert contexts(tiny_cascade, Variant("same", factor=2))[0] == pytest.approx(own[0], abs=1e-6)


def test_region_of_factor_one_is_the_patch_itself(tiny_cascade: Cascade) -> None:
    found = contexts(tiny_cascade, Variant("narrow", factor=1))
    assert found[0] == pytest.approx(found[2], abs=1e-6)


def test_region_of_a_wider_factor_leaves_the_other_contexts_alone(tiny_cascade: Cascade) -> None:
    own = contexts(tiny_cascade, Variant("as trained"))
    found = contexts(tiny_cascade, Variant("wide", factor=3))
    assert not np.allclose(found[0], own[0])
    assert np.array_equal(found[1:], own[1:])


def test_variant_changes_the_drawn_picture_and_not_the_overview(tiny_cascade: Cascade) -> None:
    own = tiny_cascade.sample(seed=3, steps=1)
    found = ablated(tiny_cascade, Variant("without", frozenset({"global"}))).sample(seed=3, steps=1)
    assert np.array_equal(found.global_image, own.global_image)
    assert not np.array_equal(found.image, own.image)


def test_variants_begin_as_trained_and_leave_out_the_own_factor(tiny_cascade: Cascade) -> None:
    found = variants(tiny_cascade)
    assert found[0].name == "as trained, k = 2"
    assert [one.factor for one in found if one.factor] == [1, 3]
    assert found[-1].blank == {"aligned"}


def test_seams_of_the_local_stage_lie_on_the_full_picture(tiny_cascade: Cascade) -> None:
    grids = seam_grids(tiny_cascade)
    local = tiny_cascade.stages["local"].grid
    assert grids["local"].positions == tuple(2 * place for place in local.positions)
    assert grids["patch"].positions == tiny_cascade.stages["patch"].grid.positions


def test_rows_of_the_paper_that_ours_do_not_come_near_stand_at_the_end() -> None:
    row = Row("k = 2", {"seam ratio, patch": Measured(1.2)}, PAPER["k = 2"])
    table = ablation_table([row], differs=["data"], notes=[])
    assert [one.name for one in table.rows] == [
        "k = 2",
        "paper: Unified 4×",
        "paper: without global",
        "paper: k = 1",
        "paper: k = 3",
    ]
