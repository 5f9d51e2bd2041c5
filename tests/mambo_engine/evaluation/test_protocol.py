from __future__ import annotations

import pytest

from mambo_engine.cascade.grid import Grid
from mambo_engine.errors import DataError
from mambo_engine.evaluation.features import TextureExtractor
from mambo_engine.evaluation.protocol import Comparison, compare

EXTRACTOR = TextureExtractor(side=32, stride=16)
GRIDS = {"patch": Grid(canvas=128, patch_size=48, overlap=8)}
KEYS = ["frechet", "spectrum_distance", "precision", "recall", "density", "coverage", "slope", "nyquist_peak"]


def figure(found: Comparison, key: str):
    return next(one for one in found.figures if one.key == key)


@pytest.fixture(scope="module")
def alike(pictures) -> Comparison:
    return compare(pictures(8), pictures(16, seed=100), extractor=EXTRACTOR, grids=GRIDS, repeats=20)


@pytest.fixture(scope="module")
def too_smooth(pictures) -> Comparison:
    return compare(pictures(8, sharpness=0.5), pictures(16, seed=100), extractor=EXTRACTOR, repeats=20)


def test_every_figure_is_there_with_its_numbers_of_pictures(alike: Comparison) -> None:
    assert [one.key for one in alike.figures] == [*KEYS, "seam_patch"]
    assert figure(alike, "frechet").pictures == (8, 16, 8)
    assert figure(alike, "slope").pictures == (8, 16)
    for one in alike.figures:
        assert one.generated.low <= one.generated.high
    assert alike.extractor == "texture-16"
    assert len(alike.digest) == 64


def test_pictures_of_the_same_kind_reach_the_bound(alike: Comparison) -> None:
    for key in ("frechet", "spectrum_distance"):
        one = figure(alike, key)
        assert one.equal is not None
        assert one.equal < 2 * one.real
    assert figure(alike, "slope").generated.estimate == pytest.approx(figure(alike, "slope").real, abs=0.2)
    assert figure(alike, "seam_patch").generated.estimate == pytest.approx(1, abs=0.15)


def test_pictures_that_are_too_smooth_miss_it_in_every_figure(too_smooth: Comparison) -> None:
    for key in ("frechet", "spectrum_distance"):
        one = figure(too_smooth, key)
        assert one.equal is not None
        assert one.equal > 5 * one.real
        assert one.generated.low > one.real
    assert figure(too_smooth, "precision").generated.estimate == 0
    assert figure(too_smooth, "slope").generated.high < figure(too_smooth, "slope").real


def test_the_same_seed_gives_the_same_figures(pictures, too_smooth: Comparison) -> None:
    again = compare(pictures(8, sharpness=0.5), pictures(16, seed=100), extractor=EXTRACTOR, repeats=20)
    assert again.figures == too_smooth.figures


def test_too_few_for_neighbors_is_said(pictures) -> None:
    found = compare(pictures(2), pictures(4, seed=100), extractor=EXTRACTOR, repeats=20)
    assert [one.key for one in found.figures] == ["frechet", "spectrum_distance", "slope", "nyquist_peak"]
    assert found.notes == (
        "precision, recall, density, coverage: not measured; got 2 pictures a half, expected more than 5 "
        "generated, and more than twice as many real ones",
    )


def test_too_few_pictures_and_other_sides_are_refused(pictures) -> None:
    with pytest.raises(DataError, match="got 1 generated and 4 real, expected at least 2 and 4"):
        compare(pictures(1), pictures(4), extractor=EXTRACTOR)
    small = pictures(4)
    small = type(small)(small.images[:, :96, :96], small.names)
    with pytest.raises(DataError, match="got sides 128 and 96 px"):
        compare(pictures(2), small, extractor=EXTRACTOR)
