from __future__ import annotations

import numpy as np
import pytest

from mambo_engine.cascade.drawing import draw_together
from mambo_engine.cascade.events import PatchEvent
from mambo_engine.cascade.sampling import Job, Plan, Sampling
from mambo_engine.data.intensity import BACKGROUND
from mambo_engine.errors import Cancelled, ConfigError
from tests.mambo_engine.conftest import GEOMETRY, tiny_stage

GLOBAL = np.random.default_rng(3).normal(size=(16, 16)).astype(np.float32).clip(-1, 1)
LABELS = (1, 2, 3)


def drawn(sampler: str = "dpmpp_2m", *, plan: Plan | None = None, mask: np.ndarray | None = None) -> np.ndarray:
    sampling = Sampling(sampler=sampler, steps=4, guidance=1.5, plan=plan or Plan())
    return draw_together(tiny_stage("local"), [Job(5, LABELS, (GLOBAL,), mask)], sampling)[0]


@pytest.mark.parametrize("sampler", ["dpmpp_2m", "dpmpp_2m_sde", "ddpm"])
def test_waves_draw_what_raster_order_draws(sampler: str) -> None:
    raster = drawn(sampler, plan=Plan(order="raster"))
    assert raster.std() > 0.05
    for batch in (1, 3, 16):
        np.testing.assert_allclose(drawn(sampler, plan=Plan(max_batch=batch)), raster, atol=2e-5)


def test_overlaps_of_finished_patches_are_bit_equal() -> None:
    events: list[PatchEvent] = []
    draw_together(tiny_stage("local"), [Job(5, LABELS, (GLOBAL,))], Sampling(steps=4), on_patch=events.append)
    assert [event.done for event in events] == list(range(1, events[0].total + 1))
    side = GEOMETRY.mid_size
    canvas = np.full((side, side), np.nan, np.float32)
    for event in events:
        view = np.s_[int(event.box.top) : int(event.box.top) + 16, int(event.box.left) : int(event.box.left) + 16]
        there = ~np.isnan(canvas[view])
        assert np.array_equal(canvas[view][there], event.pixels[there])
        canvas[view] = event.pixels
    assert not np.isnan(canvas).any()


def test_skipped_patches_are_background_and_leave_the_drawn_region_alone() -> None:
    """A patch whose left and upper neighbors are drawn anyway cannot tell that others were skipped."""
    mask = np.zeros((16, 16), dtype=bool)
    mask[:6, :6] = True
    whole, skipped = drawn(), drawn(mask=mask)
    assert np.array_equal(skipped[:16, :16], whole[:16, :16])
    assert np.all(skipped[32:, 32:] == BACKGROUND)


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


def test_plan_refuses_an_unknown_order() -> None:
    with pytest.raises(ConfigError, match="expected wave or raster"):
        Plan(order="spiral")
