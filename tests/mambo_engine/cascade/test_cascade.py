from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mambo_engine.cascade.cascade import Cascade
from mambo_engine.cascade.events import PatchEvent
from mambo_engine.cascade.sampling import ImageRequest, Plan
from mambo_engine.config import STAGES, Defaults
from mambo_engine.data.intensity import linear_from_network
from mambo_engine.errors import Cancelled, ConfigError, DataError
from tests.mambo_engine.conftest import GEOMETRY


def test_sample_gives_three_images_on_the_linear_scale(tiny_cascade: Cascade) -> None:
    stages: list[str] = []
    result = tiny_cascade.sample({"birads": "4"}, 7, on_patch=lambda event: stages.append(event.stage))
    assert result.global_image.shape == (16, 16)
    assert result.local_image.shape == (GEOMETRY.mid_size, GEOMETRY.mid_size)
    assert result.image.shape == (96, 96)
    assert 0.0 <= result.image.min() <= result.image.max() <= 1.0
    stored = result.stored_pixels()
    assert stored.dtype == np.uint16
    assert stored.max() <= 4095
    np.testing.assert_allclose(stored / 4095, result.image, atol=0.5 / 4095 + 1e-6)
    assert list(dict.fromkeys(stages)) == ["global", "local", "patch"]


def test_sample_repeats_for_a_seed_and_differs_for_another(tiny_cascade: Cascade) -> None:
    first = tiny_cascade.sample({"view": "CC"}, 7)
    assert np.array_equal(first.image, tiny_cascade.sample({"view": "CC"}, 7).image)
    assert not np.array_equal(first.image, tiny_cascade.sample({"view": "CC"}, 8).image)
    assert not np.array_equal(first.image, tiny_cascade.sample({"view": "MLO"}, 7).image)


@pytest.mark.parametrize("sampler", ["dpmpp_2m", "dpmpp_2m_sde"])
def test_sample_many_gives_each_image_as_it_is_alone(tiny_cascade: Cascade, sampler: str) -> None:
    requests = [ImageRequest({"birads": "4"}, 7), ImageRequest({}, 8), ImageRequest({"view": "MLO"}, 7)]
    events: list[PatchEvent] = []
    options: dict[str, Any] = {"steps": 2, "guidance": 2.0, "sampler": sampler}
    plan = Plan(max_batch=6, skip_background=False)
    together = tiny_cascade.sample_many(requests, **options, plan=plan, on_patch=events.append)
    for number, (request, result) in enumerate(zip(requests, together, strict=True)):
        own = Plan(max_batch=number + 2, skip_background=False)
        alone = tiny_cascade.sample(request.labels, request.seed, **options, plan=own)
        np.testing.assert_allclose(result.image, alone.image, atol=1e-4)
        np.testing.assert_allclose(result.local_image, alone.local_image, atol=1e-4)
        assert [e.done for e in events if e.image == number and e.stage == "patch"] == list(range(1, 65))


def test_sample_many_refuses_an_empty_list(tiny_cascade: Cascade) -> None:
    with pytest.raises(ConfigError, match="requests: got none"):
        tiny_cascade.sample_many([])


def test_sample_joint_covers_the_image_without_an_order(tiny_cascade: Cascade) -> None:
    joint = tiny_cascade.sample(seed=7, aggregation="joint", plan=Plan(max_batch=5))
    assert np.array_equal(joint.global_image, tiny_cascade.sample(seed=7).global_image)
    assert joint.image.std() > 0.01


def test_guidance_counts_in_the_guided_stages_alone(tiny_cascade: Cascade) -> None:
    given = np.tile(np.linspace(0.9, 0.1, 16, dtype=np.float32), (16, 1))
    labels = {"birads": "4"}
    guided = replace(tiny_cascade, defaults=Defaults(steps=2, guided_stages=("global", "local")))
    for cascade, differs in ((tiny_cascade, False), (guided, True)):
        strong, weak = (cascade.refine(given, None, labels, 3, steps=2, guidance=g) for g in (4.0, 1.0))
        assert np.array_equal(strong.local_image, weak.local_image) != differs


def test_an_option_that_does_not_exist_is_a_type_error(tiny_cascade: Cascade) -> None:
    with pytest.raises(TypeError, match="unexpected stepps"):
        tiny_cascade.sample(stepps=3)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"labels": {"birads": "6"}}, "expected one of 1, 2, 3, 4, 5"),
        ({"labels": {"age": "6"}}, "this model has: view, birads, density"),
        ({"seed": -1}, "seed"),
        ({"steps": 0}, r"steps: got 0, expected 1\.\.1000"),
        ({"guidance": -1.0}, "guidance"),
        ({"sampler": "euler"}, "expected one of ddpm"),
        ({"eta": 2.0}, r"eta: got 2\.0"),
        ({"sampler": "ddpm", "aggregation": "joint"}, "aggregation joint: got sampler ddpm"),
    ],
)
def test_sample_refuses_bad_arguments_before_any_work(
    tiny_cascade: Cascade, arguments: dict[str, object], message: str
) -> None:
    def too_late(_event: object) -> None:
        raise AssertionError

    with pytest.raises(ConfigError, match=message):
        tiny_cascade.sample(**arguments, on_patch=too_late)  # type: ignore[arg-type]


def test_sample_ends_when_asked_to(tiny_cascade: Cascade) -> None:
    with pytest.raises(Cancelled):
        tiny_cascade.sample(seed=1, should_stop=lambda: True)


def test_refine_draws_what_the_whole_cascade_draws_from_the_same_images(tiny_cascade: Cascade) -> None:
    """To the rounding of the way to the linear scale and back."""
    plan, states, events = Plan(skip_background=False), [], []
    tiny_cascade.sample(seed=7, plan=plan, on_state=states.append)
    intensity = tiny_cascade.stages["patch"].intensity
    coarser = [linear_from_network(images[0], intensity) for images in states[-1].coarser]
    refined = tiny_cascade.refine(*coarser, seed=7, plan=plan, on_patch=events.append)
    assert {event.stage for event in events} == {"patch"}
    assert np.array_equal(refined.local_image.shape, (48, 48))
    expected = linear_from_network(states[-1].pixels[0], intensity)
    np.testing.assert_allclose(refined.image, expected, atol=1e-3)


def test_refine_from_a_global_image_draws_two_stages(tiny_cascade: Cascade) -> None:
    given = np.tile(np.linspace(0.9, 0.1, 16, dtype=np.float32), (16, 1))
    stages: list[str] = []
    refined = tiny_cascade.refine(given, seed=3, on_patch=lambda event: stages.append(event.stage))
    assert list(dict.fromkeys(stages)) == ["local", "patch"]
    np.testing.assert_allclose(refined.global_image, given, atol=1e-5)


def test_refine_of_air_draws_nothing(tiny_cascade: Cascade) -> None:
    events: list[PatchEvent] = []
    refined = tiny_cascade.refine(np.zeros((16, 16), np.float32), on_patch=events.append)
    assert not refined.image.any()
    assert not events


def test_refine_takes_the_global_image_from_the_local_one(tiny_cascade: Cascade) -> None:
    local = np.full((48, 48), 0.3, dtype=np.float32)
    refined = tiny_cascade.refine(None, local, seed=3)
    np.testing.assert_allclose(refined.global_image, 0.3, atol=1e-5)
    np.testing.assert_allclose(refined.local_image, local, atol=1e-5)


@pytest.mark.parametrize(
    ("global_image", "local_image", "message"),
    [
        (None, None, "got no image"),
        (np.zeros((16, 15)), None, r"global_image: got shape \(16, 15\), expected \(16, 16\)"),
        (np.zeros((16, 16)), np.zeros((16, 16)), r"local_image: got shape \(16, 16\), expected \(48, 48\)"),
        (np.full((16, 16), np.nan), None, "global_image: got NaN"),
        (np.full((16, 16), 255.0), None, r"global_image: got values 255\.\.255, expected 0\.\.1"),
        (np.zeros((16, 16), np.uint8), None, "global_image: got uint8 values"),
    ],
)
def test_refine_refuses_bad_images(
    tiny_cascade: Cascade, global_image: np.ndarray | None, local_image: np.ndarray | None, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        tiny_cascade.refine(global_image, local_image)


def test_spin_keeps_waves_equal_to_raster(tiny_cascade: Cascade) -> None:
    options: dict[str, Any] = {"steps": 3, "sampler": "dpmpp_2m_sde"}
    plain = tiny_cascade.sample(seed=7, **options)
    waves = tiny_cascade.sample(seed=7, spin=True, **options)
    raster = tiny_cascade.sample(seed=7, spin=True, plan=Plan(max_batch=1, order="raster"), **options)
    np.testing.assert_allclose(waves.image, raster.image, atol=1e-4)
    assert np.abs(waves.image - plain.image).max() > 1e-3


def test_spin_is_the_bundles_choice_where_nothing_is_said(tiny_cascade: Cascade) -> None:
    everywhere = replace(tiny_cascade, defaults=replace(tiny_cascade.defaults, spun_stages=tuple(STAGES)))
    asked = tiny_cascade.sample(seed=7, steps=3, spin=True)
    assert np.array_equal(everywhere.sample(seed=7, steps=3).image, asked.image)
    last = replace(tiny_cascade, defaults=replace(tiny_cascade.defaults, spun_stages=("patch",)))
    found, plain = last.sample(seed=7, steps=3), tiny_cascade.sample(seed=7, steps=3, spin=False)
    assert np.array_equal(found.local_image, plain.local_image)
    assert not np.array_equal(found.image, plain.image)
