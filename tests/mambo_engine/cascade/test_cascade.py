from __future__ import annotations

import numpy as np
import pytest

from mambo_engine.cascade.cascade import Cascade, without_air
from mambo_engine.errors import Cancelled, ConfigError
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


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"labels": {"birads": "6"}}, "expected one of 1, 2, 3, 4, 5"),
        ({"labels": {"age": "6"}}, "this model has: view, birads, density"),
        ({"seed": -1}, "seed"),
        ({"steps": 0}, r"steps: got 0, expected 1\.\.1000"),
        ({"guidance": -1.0}, "guidance"),
        ({"sampler": "euler"}, "expected one of ddpm"),
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


def test_without_air_keeps_the_breast_and_clears_the_rest() -> None:
    canvas = np.full((64, 64), -0.999, np.float32)
    canvas[20:40, :30] = 0.1
    canvas[25:28, 10:13] = -1.0
    canvas[5:8, 55:58] = 0.0
    cleared = without_air(canvas)
    assert np.array_equal(cleared[20:40, :30], canvas[20:40, :30])
    assert np.all(cleared[:, 40:] == -1.0)
