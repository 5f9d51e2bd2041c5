from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from mambo_engine.cascade.drawing import draw_together
from mambo_engine.cascade.sampling import Job, Plan, Sampling
from mambo_engine.cascade.stage import Stage
from mambo_engine.errors import SamplingError
from tests.mambo_engine.conftest import tiny_stage

GLOBAL = np.random.default_rng(3).normal(size=(16, 16)).astype(np.float32).clip(-1, 1)
JOBS = [Job(5, (1, 2, 3), (GLOBAL,)), Job(6, (0, 0, 0), (GLOBAL,))]


def counting(stage: Stage, seen: set[int]) -> Stage:
    def denoiser(x: torch.Tensor, t: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        assert labels is None or len(labels) == len(x)
        seen.add(len(x))
        return stage.denoiser(x, t, labels)

    return replace(stage, denoiser=denoiser)


@pytest.mark.parametrize("sampler", ["dpmpp_2m", "ddpm"])
def test_buckets_give_the_network_few_shapes_and_the_same_images(sampler: str) -> None:
    free: set[int] = set()
    padded: set[int] = set()
    stage, buckets = tiny_stage("local"), (2, 6)
    plain = draw_together(counting(stage, free), JOBS, Sampling(sampler, steps=3, plan=Plan(max_batch=6)))
    plan = Plan(max_batch=6, buckets=buckets)
    images = draw_together(counting(stage, padded), JOBS, Sampling(sampler, steps=3, plan=plan))
    assert len(free) > 2
    assert padded == set(buckets)
    np.testing.assert_allclose(images, plain, atol=2e-5)


def test_guidance_pads_labels_too() -> None:
    padded: set[int] = set()
    plan = Plan(max_batch=4, buckets=(4,))
    draw_together(counting(tiny_stage("local"), padded), JOBS, Sampling(steps=1, guidance=2.0, plan=plan))
    assert padded == {8}


def test_values_that_are_not_finite_name_the_stage_and_the_patch() -> None:
    """The network fails on the first patch of a batch of two: that of wave 1."""

    def denoiser(x: torch.Tensor, t: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        out = torch.zeros_like(x[:, :1])
        out[0] = torch.nan if len(x) == 2 else 0.0
        return out

    stage = replace(tiny_stage("local"), denoiser=denoiser)
    with pytest.raises(SamplingError, match="stage local, patch row 0 column 1: the network in float32 gave NaN"):
        draw_together(stage, JOBS[:1], Sampling(steps=2))
