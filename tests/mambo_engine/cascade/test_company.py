from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from mambo_engine.cascade import company
from mambo_engine.cascade.cascade import Cascade
from mambo_engine.cascade.company import estimate, plan_for_company, smallest_batch
from mambo_engine.cascade.sampling import ImageRequest, Plan
from mambo_engine.cascade.state import CascadeState
from mambo_engine.errors import StateError

REQUESTS = [ImageRequest({"birads": "4"}, 7), ImageRequest({"view": "MLO"}, 8), ImageRequest({}, 9)]


@pytest.fixture(params=[1, 2])
def threads(request: pytest.FixtureRequest) -> Iterator[int]:
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(1)


def test_image_is_bit_equal_alone_and_in_company(tiny_cascade: Cascade, threads: int) -> None:
    plan = plan_for_company(tiny_cascade, Plan(max_batch=16, skip_background=False))
    together = tiny_cascade.sample_many(REQUESTS, plan=plan)
    for request, one in zip(REQUESTS, together, strict=True):
        alone = tiny_cascade.sample(request.labels, request.seed, plan=plan)
        assert np.array_equal(alone.image, one.image)
        assert np.array_equal(alone.local_image, one.local_image)


def test_patch_is_the_same_at_every_place_of_a_full_batch(tiny_cascade: Cascade, threads: int) -> None:
    stage = tiny_cascade.stages["patch"]
    whole = estimate(stage, range(16))
    shifted = estimate(stage, range(4, 20))
    assert torch.equal(shifted[:12], whole[4:])


def test_smallest_batch_is_the_last_that_gives_what_a_full_one_gives(
    tiny_cascade: Cascade, monkeypatch: pytest.MonkeyPatch
) -> None:
    def uneven(stage: object, numbers: range, guidance: float = 1.0) -> torch.Tensor:
        return torch.arange(len(numbers)) + (0.5 if len(numbers) < 4 else 0.0)

    monkeypatch.setattr(company, "estimate", uneven)
    assert smallest_batch(tiny_cascade.stages["patch"], 16) == 4
    assert smallest_batch(tiny_cascade.stages["patch"], 3) == 1
    assert plan_for_company(tiny_cascade).buckets == (4,)
    assert plan_for_company(tiny_cascade, Plan(max_batch=2)).buckets == ()


def test_image_that_is_no_longer_wanted_leaves_the_others_as_they_are(tiny_cascade: Cascade) -> None:
    plan = plan_for_company(tiny_cascade)
    whole = tiny_cascade.sample_many(REQUESTS, plan=plan)
    drawn: list[tuple[str, int]] = []

    def wanted(image: int) -> bool:
        return image != 1 or not any(stage == "patch" for stage, _ in drawn)

    some = tiny_cascade.sample_many(
        REQUESTS, plan=plan, wanted=wanted, on_patch=lambda event: drawn.append((event.stage, event.image))
    )
    for number in (0, 2):
        assert np.array_equal(some[number].image, whole[number].image)
    patches = [image for stage, image in drawn if stage == "patch"]
    assert 0 < patches.count(1) < patches.count(0)


def test_images_in_lockstep_go_on_alone_and_together_to_the_same_bits(
    tiny_cascade: Cascade, tmp_path: Path
) -> None:
    plan = plan_for_company(tiny_cascade)
    states: list[CascadeState] = []
    whole = tiny_cascade.sample_many(REQUESTS, plan=plan, on_state=states.append)
    each = states[len(states) // 2].each()
    assert len(each) == len(REQUESTS)
    for number, (request, state) in enumerate(zip(REQUESTS, each, strict=True)):
        state.save(tmp_path / f"{number}.npz")
        again = tiny_cascade.sample(request.labels, request.seed, plan=plan, state=state)
        assert np.array_equal(again.image, whole[number].image)
    kept = [CascadeState.load(tmp_path / f"{number}.npz") for number in (2, 0)]
    some = tiny_cascade.sample_many([REQUESTS[2], REQUESTS[0]], plan=plan, state=CascadeState.together(kept))
    assert np.array_equal(some[0].image, whole[2].image)
    assert np.array_equal(some[1].image, whole[0].image)


def test_images_of_different_stages_do_not_go_on_together(tiny_cascade: Cascade) -> None:
    states: list[CascadeState] = []
    tiny_cascade.sample_many(REQUESTS, on_state=states.append)
    with pytest.raises(StateError, match="expected one stage"):
        CascadeState.together([states[0].each()[0], states[-1].each()[1]])
