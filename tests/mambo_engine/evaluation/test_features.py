from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mambo_engine.errors import ConfigError, DataError
from mambo_engine.evaluation.features import Features, TextureExtractor, matched, standardized

EXTRACTOR = TextureExtractor(side=16, stride=16)


def picture(seed: int, *, width: int = 48) -> np.ndarray:
    image = np.zeros((64, 64))
    image[:, :width] = 0.5 + 0.05 * np.random.default_rng(seed).standard_normal((64, width))
    return image


def test_rows_know_their_picture() -> None:
    found = EXTRACTOR([picture(0), picture(1, width=36), picture(2)])
    assert found.extractor == "texture-16"
    assert found.values.shape == (len(found.pictures), 16)
    assert np.bincount(found.pictures).tolist() == [12, 8, 12]
    assert found.count == 3


def test_a_picture_without_a_crop_of_tissue_still_has_a_row() -> None:
    found = EXTRACTOR([picture(0), np.zeros((64, 64))])
    assert np.bincount(found.pictures)[1] == 1


def test_rows_of_a_picture_do_not_depend_on_the_others() -> None:
    both = EXTRACTOR([picture(0), picture(1)])
    assert np.array_equal(both.take([1]).values, EXTRACTOR([picture(1)]).values)


def test_take_repeats_and_renumbers_pictures() -> None:
    found = EXTRACTOR([picture(0), picture(1, width=36), picture(2)]).take([1, 1, 0])
    assert np.bincount(found.pictures).tolist() == [8, 8, 12]
    assert np.array_equal(found.values[:8], found.values[8:16])


def test_averaged_is_the_mean_of_each_picture() -> None:
    found = EXTRACTOR([picture(0), picture(1, width=36)])
    assert found.averaged().values == pytest.approx(
        np.stack([found.values[:12].mean(axis=0), found.values[12:].mean(axis=0)])
    )


def test_two_extractors_do_not_meet() -> None:
    found = EXTRACTOR([picture(0)])
    assert len(matched(found, found, found)) == 3
    for other in (
        replace(found, extractor="inception.pt"),
        replace(found, digest="0" * 64),
        TextureExtractor(side=32, stride=16)([picture(0)]),
    ):
        with pytest.raises(ConfigError, match="expected one extractor"):
            matched(found, other)


def test_two_scales_do_not_meet() -> None:
    a, b = EXTRACTOR([picture(0)]), EXTRACTOR([picture(1)])
    scaled_a, scaled_b = standardized(a, b, by=a)
    assert np.allclose(scaled_a.values.mean(axis=0), 0, atol=1e-5)
    assert len(matched(scaled_a, scaled_b)) == 2
    for other in (b, *standardized(b, by=b)):
        with pytest.raises(ConfigError, match="on two scales"):
            matched(scaled_a, other)


@pytest.mark.parametrize(
    ("values", "message"),
    [(np.ones(4), r"shape \(4,\)"), (np.ones((0, 3)), r"\(0, 3\)"), (np.full((2, 2), np.nan), "finite")],
)
def test_features_that_are_none_are_refused(values: np.ndarray, message: str) -> None:
    with pytest.raises(DataError, match=message):
        Features(values, "x", "y")


def test_no_picture_is_refused() -> None:
    with pytest.raises(DataError, match="got no picture"):
        EXTRACTOR([])
