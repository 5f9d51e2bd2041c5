from __future__ import annotations

import pytest
import torch

from mambo_engine.cascade.cascade import Cascade
from mambo_engine.cascade.sampling import Plan
from mambo_engine.checkpoint import read_manifest
from mambo_engine.errors import ConfigError
from mambo_engine.loading.activations import LiveBytes, activation_bytes
from mambo_engine.loading.memory import MemoryBound, byte_count, memory_bound, plan_for
from mambo_engine.loading.policy import policy_for


@pytest.mark.parametrize(
    ("text", "size"),
    [("4GB", 4 * 10**9), ("512 mb", 512 * 10**6), ("1.5GiB", 3 * 2**29), ("64KiB", 65536), ("123456", 123456)],
)
def test_byte_count_reads_sizes_with_their_unit(text: str, size: int) -> None:
    assert byte_count(text) == size


@pytest.mark.parametrize("text", ["", "lots", "4 GBs", "-1GB", "0", "0MB", "nan", "1e9"])
def test_byte_count_refuses_what_is_no_size(text: str) -> None:
    with pytest.raises(ConfigError, match="expected a size such as 4GB"):
        byte_count(text)


def test_live_bytes_counts_what_is_alive_at_once_and_no_more() -> None:
    with torch.device("meta"), LiveBytes() as live:
        a = torch.empty(1000)
        b = a.view(10, 100) + 1  # a view takes nothing, its sum 4,000 bytes
        del a
        c = torch.empty(500)
    assert live.peak == 8000
    del b, c
    with torch.device("meta"), LiveBytes() as live:
        for _ in range(5):
            torch.empty(1000)
    assert live.peak == 4000


def test_activations_grow_with_the_area() -> None:
    network = read_manifest("phantom").stages["patch"].network
    small, large = (activation_bytes(network, side) for side in (32, 64))
    assert large / small == pytest.approx(4, abs=0.05)


def test_bound_is_its_terms_and_the_batch_is_its_inverse() -> None:
    bound = MemoryBound(program=100, weights=50, loading=30, images=20, patch=7)
    assert bound.total(1) == 180  # reading the network takes more than one patch
    assert bound.total(10) == 240
    for batch in (2, 5, 10):
        assert bound.batch(bound.total(batch)) == batch
        assert bound.batch(bound.total(batch) - 1) == batch - 1
    assert bound.batch(179) == 0


def test_plan_shrinks_the_batch_and_then_refuses_before_anything_is_read() -> None:
    manifest = read_manifest("phantom")
    bound = memory_bound(manifest, policy_for("cpu", precision="fp32"))
    asked = {"device": "cpu", "precision": "fp32"}
    assert plan_for(manifest, max_memory=bound.total(5), **asked).max_batch == 5  # type: ignore[arg-type]
    assert plan_for(manifest, max_memory=10**12, **asked).max_batch == 16  # type: ignore[arg-type]
    assert plan_for(manifest, **asked) == Plan()  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match=r"memory: got 100 MB, expected at least \d+ MB: program 400 MB"):
        plan_for(manifest, max_memory=10**8, **asked)  # type: ignore[arg-type]


def test_plan_of_a_compiled_network_is_a_bucket() -> None:
    manifest = read_manifest("phantom")
    bound = memory_bound(manifest, policy_for("cpu", precision="fp32"))
    plan = plan_for(manifest, "cpu", max_memory=bound.total(7), precision="fp32", compiled=True)
    assert plan == Plan(max_batch=4, buckets=(1, 2, 4))


def test_more_images_and_guidance_take_more(tiny_cascade: Cascade) -> None:
    policy = policy_for("cpu", precision="fp32")
    alone, four = (memory_bound(tiny_cascade, policy, images=n) for n in (1, 4))
    assert four.images - alone.images == 3 * 16 * (96**2 + 48**2)
    network = tiny_cascade.stages["global"].config.network
    assert alone.patch >= 2 * activation_bytes(network, 16)  # the global stage follows labels in two passes
    assert plan_for(tiny_cascade, "cpu", max_memory=10**12).max_batch == 16
