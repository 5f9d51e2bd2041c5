from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mambo_engine.cascade.grid import Grid
from mambo_engine.errors import DataError
from mambo_engine.evaluation.features import TextureExtractor
from mambo_engine.evaluation.pictures import PictureSet, halves, measure, spectrum_side
from mambo_engine.evaluation.seams import seam_ratio

EXTRACTOR = TextureExtractor(side=32, stride=16)
GRID = Grid(canvas=128, patch_size=48, overlap=8)


def test_halves_keep_a_patient_together_and_lose_no_picture() -> None:
    patients = [f"p{number // 3}" for number in range(30)]
    first, second = halves(patients, seed=4)
    assert sorted([*first, *second]) == list(range(30))
    assert len(first) == len(second) == 15
    assert not {patients[i] for i in first} & {patients[i] for i in second}


def test_halves_of_another_seed_are_others() -> None:
    patients = [str(number) for number in range(20)]
    assert set(halves(patients, 0)[0]) != set(halves(patients, 1)[0])


def test_halves_of_one_patient_are_refused() -> None:
    with pytest.raises(DataError, match="got 1 patients, expected at least two"):
        halves(["p"] * 6, 0)


def test_a_chosen_picture_counts_as_often_as_it_is_chosen(pictures) -> None:
    found = pictures(3)
    measured = measure(found, EXTRACTOR(list(found.images)), {"patch": GRID})
    once, twice = measured.spectrum(np.array([0, 1])), measured.spectrum(np.array([0, 1, 1]))
    assert twice.power == pytest.approx((2 * once.power * 1.0 + measured.power[1]) / 3)
    assert measured.seam("patch", np.array([2])) == pytest.approx(seam_ratio(found.images[2:], GRID).ratio)


def test_a_picture_without_tissue_at_a_seam_weighs_nothing(pictures) -> None:
    found = pictures(2)
    images = np.stack([found.images[0], np.zeros_like(found.images[0])])
    images[1, :20, :20] = 0.5
    measured = measure(replace(found, images=images), EXTRACTOR(list(images)), {"patch": GRID})
    both, first = measured.seam("patch", np.array([0, 1])), measured.seam("patch", np.array([0]))
    assert both == first
    with pytest.raises(DataError, match="no tissue"):
        measured.seam("patch", np.array([1]))


@pytest.mark.parametrize(("side", "squares"), [(512, 128), (3840, 256), (96, 24), (40, 16)])
def test_squares_of_spectra_are_even(side: int, squares: int) -> None:
    assert spectrum_side(side) == squares


def test_values_beyond_the_linear_scale_are_refused() -> None:
    with pytest.raises(DataError, match=r"outside 0\.\.1"):
        PictureSet(np.full((1, 32, 32), 2, np.float32), ("a",))
    with pytest.raises(DataError, match="got 2 names"):
        PictureSet(np.zeros((1, 32, 32), np.float32), ("a", "b"))
