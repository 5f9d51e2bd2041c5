from __future__ import annotations

import pytest

from mambo_engine.cascade.sampling import Job, Plan, Sampling
from mambo_engine.errors import ConfigError


def test_plan_refuses_an_unknown_order_and_falling_buckets() -> None:
    with pytest.raises(ConfigError, match="expected wave or raster"):
        Plan(order="spiral")
    with pytest.raises(ConfigError, match=r"buckets: got \(4, 2\)"):
        Plan(buckets=(4, 2))


def test_padded_is_the_next_bucket_and_nothing_above_the_last() -> None:
    plan = Plan(buckets=(1, 2, 4, 8))
    assert [plan.padded(count) for count in (1, 2, 3, 5, 8, 9)] == [1, 2, 4, 8, 8, 9]
    assert Plan().padded(5) == 5


@pytest.mark.parametrize(
    ("sampling", "message"),
    [
        (Sampling(sampler="euler"), "expected one of ddpm"),
        (Sampling(steps=11), r"steps: got 11, expected 1\.\.10"),
        (Sampling(steps=1, eta=1.5), r"eta: got 1\.5, expected 0\.\.1"),
        (Sampling(steps=1, guidance=float("nan")), "guidance"),
        (Sampling(steps=1, aggregation="average"), "expected one of autoregressive, joint"),
        (Sampling("ddpm", steps=1, aggregation="joint"), "joint: got sampler ddpm, expected dpmpp_2m"),
        (Sampling(steps=1, redraw_known=True, aggregation="joint"), "redraw_known: joint"),
        (Sampling("ddim", steps=1, eta=0.5, aggregation="joint"), r"joint: got sampler ddim with eta 0\.5"),
    ],
)
def test_check_refuses_what_no_sampler_can_do(sampling: Sampling, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        sampling.check(10)


def test_check_takes_joint_with_samplers_without_noise() -> None:
    for sampler in ("dpmpp_2m", "ddim"):
        Sampling(sampler, steps=10, aggregation="joint").check(10)


def test_job_refuses_a_seed_out_of_range() -> None:
    with pytest.raises(ConfigError, match="seed"):
        Job(-1)
