from __future__ import annotations

import numpy as np
import pytest

from mambo_engine.errors import DataError
from mambo_engine.evaluation.label_examples import LabeledImages, draw_example, relabeled

FIELDS = {"birads": ("1", "2", "3"), "density": ("A", "B"), "view": ("CC", "MLO")}
ASKED = {**FIELDS, "sharpness": ("as it is", "soft", "blurred")}


def source(count: int = 3) -> LabeledImages:
    images = np.zeros((count, 64, 64), dtype=np.uint16)
    images[:, :, :40] = np.random.default_rng(0).integers(1000, 3000, (count, 64, 40))
    return LabeledImages("made up", images, 4095, np.tile([2, 1, 0], (count, 1)))


def test_an_example_is_a_function_of_its_generator() -> None:
    a, b = (draw_example(source(), ASKED, 32, np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(a[0], b[0])
    assert np.array_equal(a[1], b[1])
    assert a[0].shape == (1, 32, 32)
    assert 0 <= a[0].min() <= a[0].max() <= 1


def test_crops_are_not_asked_for_view_and_category() -> None:
    generator = np.random.default_rng(0)
    drawn = [draw_example(source(), ASKED, 32, generator)[1] for _ in range(60)]
    asked = {tuple(labels[:3]) for labels in drawn if labels[3] == 0}
    assert asked == {(2, 1, 0), (-1, 1, -1)}
    assert {tuple(labels[:3]) for labels in drawn if labels[3]} == {(-1, 1, 0), (-1, 1, -1)}


def test_blurred_examples_are_smoother() -> None:
    generator = np.random.default_rng(1)
    detail: dict[int, list[float]] = {0: [], 1: [], 2: []}
    for _ in range(60):
        picture, labels = draw_example(source(), ASKED, 64, generator)
        if labels[2] != -1:
            detail[int(labels[3])].append(float(np.abs(np.diff(picture[0, :, :30].numpy(), axis=0)).mean()))
    means = [np.mean(detail[level]) for level in range(3)]
    assert means[0] > 1.5 * means[1] > 1.5 * means[2]


def test_indices_of_a_cache_are_brought_to_other_values() -> None:
    own = {"view": ("MLO", "CC"), "birads": ("2", "3")}
    found = relabeled(np.array([[1, 2], [0, 1]]), own, FIELDS)
    assert found.tolist() == [[2, -1, 1], [1, -1, -1]]
    with pytest.raises(DataError, match="birads: got values 9, expected some of 1, 2, 3"):
        relabeled(np.array([[1]]), {"birads": ("9",)}, FIELDS)
