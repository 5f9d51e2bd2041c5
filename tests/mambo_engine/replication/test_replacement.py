from __future__ import annotations

import itertools

import numpy as np
import pytest

from mambo_engine.config import GeometryConfig, IntensityConfig
from mambo_engine.errors import DataError
from mambo_engine.replication.classifier import ClassifierSettings
from mambo_engine.replication.replacement import (
    CHANGE,
    Cases,
    ReplacementSettings,
    at_stage,
    cell,
    replaced,
    replacement_table,
)

SMALL = ClassifierSettings(side=16, widths=(8, 8), epochs=8, batch=8)


def cases(count: int, seed: int, *, shown: bool = True) -> Cases:
    generator = np.random.default_rng(seed)
    truth = np.arange(count) % 2 == 1
    images = generator.random((count, 16, 16)).astype(np.float32) * 0.3
    if shown:
        images[truth, 5:11, 5:11] += 0.6
    return Cases(images, truth, tuple(f"p{number // 2}" for number in range(count)))


def test_replaced_takes_the_same_share_of_each_class_and_grows() -> None:
    truth = np.arange(40) < 10
    masks = [replaced(truth, share, 1) for share in (0.0, 0.25, 0.5, 1.0)]
    assert [int(mask.sum()) for mask in masks] == [0, 10, 20, 40]
    assert [int(mask[truth].sum()) for mask in masks] == [0, 2, 5, 10]
    assert all((small <= large).all() for small, large in itertools.pairwise(masks))
    assert not np.array_equal(masks[1], replaced(truth, 0.25, 2))


def test_a_real_picture_is_shrunk_to_the_canvas_and_the_side() -> None:
    geometry, intensity = GeometryConfig(96, 16, 2, 4), IntensityConfig(bits=12, gamma=0.6)
    flat = np.full((96, 96), 0.25, dtype=np.float32)
    assert np.allclose(at_stage(flat, "global", 16, geometry, intensity), 0.25, atol=1e-5)
    assert at_stage(flat, "local", 32, geometry, intensity).shape == (32, 32)


def test_drawn_pictures_that_show_nothing_teach_nothing() -> None:
    train, test = cases(24, 0), cases(16, 1)
    useless = cases(24, 2, shown=False).images
    settings = ReplacementSettings(shares=(0.0, 1.0), seeds=2, classifier=SMALL)
    found = np.stack(
        [
            [
                cell(train, useless, test.images, share=share, seed=seed, settings=SMALL)
                for seed in range(settings.seeds)
            ]
            for share in settings.shares
        ]
    )
    table = replacement_table(found, test, settings, differs=["data"], repeats=50)
    real, drawn = table.rows
    assert real.name == "0 %"
    assert real.ours["AUC"].value == 1.0
    assert CHANGE not in real.ours
    assert drawn.ours["AUC"].value < 0.9
    change = drawn.ours[CHANGE]
    assert change.high is not None
    assert change.high < 0
    assert change.value == pytest.approx(drawn.ours["AUC"].value - real.ours["AUC"].value)
    assert (real.paper["AUC"], dict(drawn.paper)) == (".744", {})


def test_too_few_patients_of_a_class_are_refused() -> None:
    few = cases(4, 0)
    with pytest.raises(DataError, match="got 2 patients with positive pictures, expected at least 3"):
        few.check("test pictures")
