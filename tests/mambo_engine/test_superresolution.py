"""A given coarse image is enlarged by stages 2 and 3, beside the bicubic baseline and the paper's crops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mambo_engine.cascade.cascade import Cascade
from mambo_engine.cascade.context import area_mean
from mambo_engine.cascade.sampling import Plan
from mambo_engine.errors import ConfigError, DataError
from mambo_engine.superresolution import (
    bicubic,
    degraded,
    input_sides,
    paired_crops,
    shrunk,
    two_step_crop,
    upscale,
    with_area_mean,
)


def ramp(side: int) -> np.ndarray:
    rows, columns = np.mgrid[:side, :side]
    return ((rows + 2 * columns) / (3 * side)).astype(np.float32)


def test_upscale_draws_stages_two_and_three_of_an_image_of_the_patch_side(tiny_cascade: Cascade) -> None:
    stages = []
    result = upscale(
        tiny_cascade, ramp(16), {"view": "CC"}, 5, steps=2, on_patch=lambda event: stages.append(event.stage)
    )
    assert (result.image.shape, result.factor, result.seed) == ((96, 96), 6, 5)
    assert set(stages) == {"local", "patch"}
    again = upscale(tiny_cascade, ramp(16), {"view": "CC"}, 5, steps=2)
    assert np.array_equal(result.image, again.image)
    assert not np.array_equal(result.image, upscale(tiny_cascade, ramp(16), {"view": "CC"}, 6, steps=2).image)


def test_upscale_draws_stage_three_alone_of_an_image_of_the_mid_side(tiny_cascade: Cascade) -> None:
    stages = []
    result = upscale(tiny_cascade, ramp(48), steps=2, on_patch=lambda event: stages.append(event.stage))
    assert result.factor == 2
    assert set(stages) == {"patch"}


def test_consistent_upscaling_keeps_the_area_mean_of_what_was_given(tiny_cascade: Cascade) -> None:
    free = upscale(tiny_cascade, ramp(16), steps=2, plan=Plan(skip_background=False)).image
    bound = upscale(tiny_cascade, ramp(16), steps=2, plan=Plan(skip_background=False), consistent=True).image
    assert np.abs(area_mean(free, 6) - ramp(16)).max() > 0.01
    assert np.allclose(area_mean(bound, 6), ramp(16), atol=1e-6)
    assert 0 <= bound.min() <= bound.max() <= 1


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (np.zeros((20, 20), np.float32), r"expected 16 x 16 \(6 times\) or 48 x 48 \(2 times\)"),
        (np.zeros((16, 48), np.float32), r"got shape \(16, 48\)"),
        (np.full((16, 16), np.nan, np.float32), "NaN"),
        (np.full((16, 16), 1.5, np.float32), r"expected 0\.\.1"),
    ],
)
def test_upscale_refuses_other_images_before_drawing(
    tiny_cascade: Cascade, image: np.ndarray, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        upscale(tiny_cascade, image)


def test_input_sides_are_those_that_divide(tiny_cascade: Cascade) -> None:
    assert input_sides(tiny_cascade.stages["global"].geometry) == {16: 6, 48: 2}


def test_bicubic_keeps_flat_images_and_ramps_and_stays_in_range() -> None:
    assert np.allclose(bicubic(np.full((8, 8), 0.4, np.float32), 4), 0.4, atol=1e-6)
    enlarged = bicubic(ramp(16), 4)
    fine = (np.arange(64) + 0.5) / 4 - 0.5
    expected = (fine[:, None] + 2 * fine[None, :]) / 48
    assert np.allclose(enlarged[12:52, 12:52], expected[12:52, 12:52], atol=1e-5)
    checks = bicubic((np.indices((8, 8)).sum(axis=0) % 2).astype(np.float32), 3)
    assert 0 <= checks.min() <= checks.max() <= 1
    with pytest.raises(ConfigError, match="factor"):
        bicubic(ramp(8), 0)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), factor=st.integers(1, 5))
def test_the_area_mean_is_met_for_every_image(seed: int, factor: int) -> None:
    generator = np.random.default_rng(seed)
    low = generator.random((4, 4)).astype(np.float32)
    low[0, 0], low[1, 1] = 0.0, 1.0
    image = with_area_mean(generator.random((4 * factor, 4 * factor)).astype(np.float32), low)
    assert np.allclose(area_mean(image, factor), low, atol=1e-6)
    assert 0 <= image.min() <= image.max() <= 1


def test_an_image_that_has_the_area_mean_is_left_alone() -> None:
    image = ramp(32)
    assert np.allclose(with_area_mean(image, area_mean(image, 4)), image, atol=1e-6)


def test_shrunk_is_the_area_mean_also_where_pixels_count_in_part() -> None:
    assert np.array_equal(shrunk(ramp(12), 4), area_mean(ramp(12), 3))
    assert shrunk(ramp(10), 4).mean() == pytest.approx(ramp(10).mean(), abs=1e-6)
    with pytest.raises(DataError, match="at least 20"):
        shrunk(ramp(10), 20)


def test_degraded_pads_with_air_and_shrinks() -> None:
    original, low = degraded(np.ones((30, 20), np.float32), size=40, side=8)
    assert original.shape == (40, 40)
    assert original[:30, :20].all()
    assert not original[30:].any()
    assert low[0, 0] == 1
    assert low[7, 7] == 0
    with pytest.raises(DataError, match="at most 16"):
        degraded(np.ones((30, 20), np.float32), size=16, side=8)


def test_paired_crops_come_from_the_same_place() -> None:
    first, second = paired_crops(ramp(32), 1 - ramp(32), [(0, 3), (24, 24)], crop=8)
    assert first.shape == (2, 8, 8)
    assert np.array_equal(first[0], ramp(32)[:8, 3:11])
    assert np.allclose(first + second, 1)
    with pytest.raises(DataError, match="corner"):
        paired_crops(ramp(32), ramp(32), [(25, 0)], crop=8)


def test_two_step_crop_lies_where_it_says() -> None:
    low = ramp(16)
    square, (row, column) = two_step_crop(low, lambda image: np.kron(image, np.ones((4, 4))), (8, 20), crop=8)
    whole = np.kron(low, np.ones((16, 16)))
    assert np.array_equal(square, whole[row : row + 8, column : column + 8])
    with pytest.raises(DataError, match="step"):
        two_step_crop(low, lambda image: bicubic(image, 2), (0, 0), crop=8)
