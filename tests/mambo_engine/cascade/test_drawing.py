from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mambo_engine.cascade.drawing import draw_together
from mambo_engine.cascade.events import PatchEvent
from mambo_engine.cascade.sampling import Job, Plan, Sampling
from mambo_engine.config import GeometryConfig
from mambo_engine.data.intensity import linear_from_network
from mambo_engine.errors import Cancelled
from tests.mambo_engine.conftest import GEOMETRY, tiny_stage

GLOBAL = np.random.default_rng(3).normal(size=(16, 16)).astype(np.float32).clip(-1, 1)
LABELS = (1, 2, 3)


def drawn(
    sampler: str = "dpmpp_2m",
    *,
    plan: Plan | None = None,
    mask: np.ndarray | None = None,
    redraw: bool = False,
    eta: float = 0.0,
) -> np.ndarray:
    sampling = Sampling(sampler, steps=4, guidance=1.5, eta=eta, redraw_known=redraw, plan=plan or Plan())
    return draw_together(tiny_stage("local"), [Job(5, LABELS, (GLOBAL,), mask)], sampling)[0]


@pytest.mark.parametrize(
    ("sampler", "redraw"),
    [
        ("dpmpp_2m", False),
        ("dpmpp_2m", True),
        ("dpmpp_2m_sde", False),
        ("ddpm", False),
        ("ddpm", True),
        ("ddim", True),
    ],
)
def test_waves_draw_what_raster_order_draws(sampler: str, redraw: bool) -> None:
    raster = drawn(sampler, redraw=redraw, eta=1.0, plan=Plan(order="raster"))
    assert raster.std() > 0.05
    for batch in (3, 16):
        waves = drawn(sampler, redraw=redraw, eta=1.0, plan=Plan(max_batch=batch))
        np.testing.assert_allclose(waves, raster, atol=2e-5)


@pytest.mark.parametrize("sampler", ["dpmpp_2m", "ddpm"])
def test_waves_draw_what_raster_order_draws_where_background_is_skipped(sampler: str) -> None:
    mask = np.zeros((16, 16), dtype=bool)
    mask[5:12, :7] = True
    raster = drawn(sampler, mask=mask, plan=Plan(order="raster"))
    np.testing.assert_allclose(drawn(sampler, mask=mask, plan=Plan(max_batch=3)), raster, atol=2e-5)


def test_redrawn_noise_of_known_pixels_gives_another_image_with_the_same_first_patch() -> None:
    kept, redrawn = drawn(), drawn(redraw=True)
    np.testing.assert_allclose(kept[:16, :16], redrawn[:16, :16], atol=2e-5)
    assert np.abs(kept - redrawn).max() > 1e-3


@pytest.mark.parametrize(
    ("sampler", "redraw"), [("dpmpp_2m", False), ("dpmpp_2m", True), ("dpmpp_2m_sde", False), ("ddpm", True)]
)
def test_overlaps_of_finished_patches_are_bit_equal(sampler: str, redraw: bool) -> None:
    events: list[PatchEvent] = []
    stage, sampling = tiny_stage("local"), Sampling(sampler, steps=4, redraw_known=redraw)
    final = draw_together(stage, [Job(5, LABELS, (GLOBAL,))], sampling, on_patch=events.append)[0]
    assert [event.done for event in events] == list(range(1, events[0].total + 1))
    side = GEOMETRY.mid_size
    canvas = np.full((side, side), np.nan, np.float32)
    for event in events:
        view = np.s_[int(event.box.top) : int(event.box.top) + 16, int(event.box.left) : int(event.box.left) + 16]
        there = ~np.isnan(canvas[view])
        assert np.array_equal(canvas[view][there], event.pixels[there])
        canvas[view] = event.pixels
    assert np.array_equal(canvas, linear_from_network(final, stage.intensity))


@pytest.mark.parametrize(
    ("size", "k", "overlap", "patches"), [(48, 1, 4, 16), (90, 2, 5, 64), (93, 3, 9, 144), (96, 3, 0, 36)]
)
def test_any_size_and_factor_is_covered(size: int, k: int, overlap: int, patches: int) -> None:
    """Clamped ends, overlaps of more than half a patch, a canvas without overlaps, k = 1."""
    geometry = GeometryConfig(size=size, patch_size=16, context_factor=k, overlap=overlap)
    stage = replace(tiny_stage("patch"), geometry=geometry)
    local = np.zeros((geometry.mid_size,) * 2, np.float32)
    plans = Plan(order="raster"), Plan(max_batch=5)
    raster, waves = (
        draw_together(stage, [Job(1, LABELS, (GLOBAL, local))], Sampling(steps=1, plan=p)) for p in plans
    )
    assert stage.grid.count == patches
    assert not np.any(raster[0] == -1.0)
    np.testing.assert_allclose(waves[0], raster[0], atol=2e-5)


def test_skipped_patches_are_background_and_leave_the_drawn_region_alone() -> None:
    """A patch whose left and upper neighbors are drawn anyway cannot tell that others were skipped."""
    mask = np.zeros((16, 16), dtype=bool)
    mask[:6, :6] = True
    whole, skipped = drawn(), drawn(mask=mask)
    assert np.array_equal(skipped[:16, :16], whole[:16, :16])
    assert np.all(skipped[32:, 32:] == -1.0)


def test_several_images_in_lockstep_equal_each_alone() -> None:
    stage = tiny_stage("local")
    jobs = [Job(seed, (seed, 1, 0), (GLOBAL,)) for seed in (1, 2)]
    together = draw_together(stage, jobs, Sampling(steps=3))
    for job, image in zip(jobs, together, strict=True):
        alone = draw_together(stage, [job], Sampling(steps=3))[0]
        np.testing.assert_allclose(image, alone, atol=2e-5)
    assert not np.allclose(together[0], together[1])


def test_draw_stops_between_solver_steps_when_asked() -> None:
    asked = iter([False, False, False, True])
    job = Job(5, LABELS, (GLOBAL,))
    with pytest.raises(Cancelled, match="stage local"):
        draw_together(tiny_stage("local"), [job], Sampling(steps=4), should_stop=lambda: next(asked))
