from __future__ import annotations

import numpy as np
import pytest

from mambo_engine.cascade.cascade import Cascade
from mambo_engine.errors import ConfigError
from mambo_engine.evaluation.overlaps import draw_with_overlap, seams_by_overlap, with_overlap
from mambo_engine.evaluation.pictures import PictureSet


def pictures(count: int = 3) -> PictureSet:
    images = 0.5 + 0.02 * np.random.default_rng(0).standard_normal((count, 96, 96)).astype(np.float32)
    return PictureSet(images, tuple(map(str, range(count))))


def test_only_the_overlap_of_the_cascade_changes(tiny_cascade: Cascade) -> None:
    wide = with_overlap(tiny_cascade, 8)
    assert wide.stages["patch"].grid.count == 121
    assert tiny_cascade.stages["patch"].grid.count == 64
    assert wide.stages["patch"].denoiser is tiny_cascade.stages["patch"].denoiser
    with pytest.raises(ConfigError, match="overlap: got 16"):
        with_overlap(tiny_cascade, 16)


def test_a_picture_is_drawn_from_the_coarse_images_of_a_real_one(tiny_cascade: Cascade) -> None:
    real = pictures(1).images[0]
    a, b = (draw_with_overlap(tiny_cascade, real, overlap, seed=1, steps=1) for overlap in (0, 4))
    assert a.shape == b.shape == (96, 96)
    assert not np.array_equal(a, b)


def test_seams_are_measured_at_the_lines_of_each_overlap(tiny_cascade: Cascade) -> None:
    real = pictures()
    stepped = real.images.copy()
    for line in range(16, 96, 16):  # the seams of overlap 0
        stepped[:, :, line:] += 0.02
    drawn = {0: stepped, 4: real.images}
    found = seams_by_overlap(drawn, real, tiny_cascade, repeats=20)
    assert [(one.overlap, one.patches) for one in found] == [(0, 36), (4, 64)]
    assert found[0].ratio.low > 1.1
    assert found[0].on_line.estimate > found[0].real_on_line
    assert found[1].ratio.estimate == pytest.approx(found[1].real_ratio)
    assert found[1].real_ratio == pytest.approx(1.0, abs=0.1)


def test_pictures_of_another_number_are_refused(tiny_cascade: Cascade) -> None:
    with pytest.raises(ConfigError, match="got pictures none"):
        seams_by_overlap({}, pictures(), tiny_cascade)
    with pytest.raises(ConfigError, match=r"got pictures \(2, 96, 96\)"):
        seams_by_overlap({4: pictures(2).images}, pictures(), tiny_cascade)
