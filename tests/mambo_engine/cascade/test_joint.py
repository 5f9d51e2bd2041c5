from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from mambo_engine.cascade.drawing import draw_together
from mambo_engine.cascade.events import PatchEvent
from mambo_engine.cascade.grid import Grid
from mambo_engine.cascade.joint import canvas_noise, draw_jointly, feather_weights
from mambo_engine.cascade.sampling import Job, Plan, Sampling
from mambo_engine.cascade.stage import Stage
from mambo_engine.config import GeometryConfig
from mambo_engine.data.intensity import linear_from_network
from mambo_engine.errors import Cancelled, SamplingError
from mambo_engine.samplers.choice import sampler_timesteps, sampler_update
from mambo_engine.samplers.trajectory import walk
from tests.mambo_engine.conftest import tiny_stage

GLOBAL = np.random.default_rng(3).normal(size=(16, 16)).astype(np.float32).clip(-1, 1)
JOBS = [Job(5, (1, 2, 3), (GLOBAL,)), Job(6, (0, 1, 0), (GLOBAL,))]


def pointwise(x: torch.Tensor, t: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
    """Looks at each pixel alone, so patches of it agree wherever they overlap."""
    return 0.3 * torch.tanh(x[:, :1])


def pointwise_stage(geometry: GeometryConfig | None = None) -> Stage:
    stage = tiny_stage("local")
    config = replace(stage.config, prediction="x_0")
    return replace(stage, config=config, denoiser=pointwise, geometry=geometry or stage.geometry)


@pytest.mark.parametrize("sampler", ["dpmpp_2m", "ddim"])
@pytest.mark.parametrize(("size", "k"), [(48, 1), (96, 2), (93, 3)])
def test_patches_that_agree_give_what_one_walk_over_the_whole_canvas_gives(
    sampler: str, size: int, k: int
) -> None:
    stage = pointwise_stage(GeometryConfig(size=size, patch_size=16, context_factor=k, overlap=5))
    image = draw_jointly(stage, JOBS[:1], Sampling(sampler, steps=5))[0]
    noise = torch.from_numpy(canvas_noise(stage, 5, 0))[None, None]
    whole = walk(
        sampler_update(sampler),
        lambda x_t, t: pointwise(x_t, torch.tensor(t)),
        stage.schedule,
        sampler_timesteps(sampler, stage.schedule, 5),
        lambda _key: noise,
    )
    np.testing.assert_allclose(image, whole[0, 0].numpy(), atol=1e-5)


def test_batches_and_company_do_not_change_the_image() -> None:
    stage, sampling = tiny_stage("local"), Sampling(steps=3, guidance=1.5)
    together = draw_jointly(stage, JOBS, sampling)
    for job, image in zip(JOBS, together, strict=True):
        for plan in (Plan(max_batch=5), Plan(max_batch=7, buckets=(7,)), Plan(order="raster")):
            np.testing.assert_allclose(
                draw_jointly(stage, [job], replace(sampling, plan=plan))[0], image, atol=3e-5
            )
    assert not np.allclose(together[0], together[1])
    assert not np.allclose(together[0], draw_together(stage, JOBS[:1], sampling)[0], atol=1e-2)


def test_skipped_patches_are_background_and_the_rest_is_drawn() -> None:
    mask = np.zeros((16, 16), dtype=bool)
    mask[:5, :5] = True
    job = replace(JOBS[0], mask=mask)
    image = draw_jointly(pointwise_stage(), [job], Sampling(steps=3))[0]
    assert np.all(image[32:, :] == -1.0)
    assert np.all(image[:, 32:] == -1.0)
    assert not np.any(image[:15, :15] == -1.0)
    nothing = replace(job, mask=np.zeros((16, 16), dtype=bool))
    assert np.all(draw_jointly(tiny_stage("local"), [nothing], Sampling(steps=3))[0] == -1.0)


def test_events_come_once_a_patch_with_the_final_pixels() -> None:
    events: list[PatchEvent] = []
    calls: list[int] = []
    stage = tiny_stage("local")
    image = draw_jointly(
        stage, JOBS[:1], Sampling(steps=2), on_patch=events.append, on_batch=lambda c: calls.append(len(c))
    )[0]
    assert [event.done for event in events] == list(range(1, stage.grid.count + 1))
    assert calls == [1, 1]
    linear = linear_from_network(image, stage.intensity)
    for event in events:
        top, left = int(event.box.top), int(event.box.left)
        assert np.array_equal(event.pixels, linear[top : top + 16, left : left + 16])


def test_draw_jointly_stops_when_asked_and_names_a_patch_that_is_not_finite() -> None:
    with pytest.raises(Cancelled, match="stage local"):
        draw_jointly(tiny_stage("local"), JOBS, Sampling(steps=2), should_stop=lambda: True)

    def broken(x: torch.Tensor, t: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        out = torch.zeros_like(x[:, :1])
        out[3] = torch.inf
        return out

    with pytest.raises(SamplingError, match="stage local, patch row 0 column 3"):
        draw_jointly(replace(tiny_stage("local"), denoiser=broken), JOBS, Sampling(steps=2))


def test_feather_weights_are_one_inside_and_fall_over_the_overlap() -> None:
    weights = feather_weights(Grid(96, 16, 4))
    assert weights[8, 8] == 1.0
    assert np.all(weights > 0)
    np.testing.assert_allclose(weights[8, :5], [0.125, 0.375, 0.625, 0.875, 1.0])
    np.testing.assert_allclose(weights[8, 12:] + weights[8, :4], 1.0)
    assert np.all(feather_weights(Grid(96, 16, 0)) == 1.0)


def test_canvas_noise_is_standard_normal_and_repeats_nothing() -> None:
    noise = canvas_noise(tiny_stage("local"), 5, 0)
    assert abs(noise.mean()) < 0.1
    assert abs(noise.std() - 1) < 0.1
    assert len(np.unique(noise)) > 0.999 * noise.size
