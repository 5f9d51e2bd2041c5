"""DeLong's error: golden, against the definition, and the edges."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studies.statistics.roc import delong, delong_compare
from studies.statistics.roc.delong import placements

RATINGS = st.lists(st.integers(0, 6), min_size=2, max_size=15).map(lambda values: np.array(values, float))


def test_golden_variance_of_the_published_reader(published):
    frame = published[0]
    rows = frame[(frame["reader"] == "reader1") & (frame["modality"] == "testA")]
    found = delong(rows["truth"].to_numpy(), rows["rating"].to_numpy())
    assert found.standard_error**2 == pytest.approx(0.00401520, abs=5e-9)


@given(RATINGS, RATINGS)
def test_placements_are_means_of_the_kernel(negative, positive):
    kernel = (positive[None, :] > negative[:, None]) + 0.5 * (positive[None, :] == negative[:, None])
    above, below = placements(negative, positive)
    assert above == pytest.approx(kernel.mean(axis=1))
    assert below == pytest.approx(kernel.mean(axis=0))


def test_difference_of_a_rating_with_itself_is_nothing():
    rng = np.random.default_rng(1)
    truth, rating = rng.random(40) < 0.5, rng.normal(size=40)
    found = delong_compare(truth, rating, rating)
    assert (found.difference, found.standard_error, found.p) == (0, 0, 1)


def test_paired_error_is_that_of_the_difference_of_components():
    rng = np.random.default_rng(2)
    truth = np.arange(60) < 30
    shared = rng.normal(size=60) + truth
    first, second = shared + rng.normal(size=60) * 0.5, shared + rng.normal(size=60) * 0.5
    found = delong_compare(truth, first, second)
    apart = math.hypot(delong(truth, first).standard_error, delong(truth, second).standard_error)
    assert 0 < found.standard_error < apart
    assert found.difference == pytest.approx(delong(truth, first).auc - delong(truth, second).auc)


def test_classes_told_apart_have_an_area_of_one_and_no_interval():
    found = delong(np.array([True, True, False, False]), [3, 4, 1, 2])
    assert (found.auc, found.interval) == (1, None)
    assert found.note.startswith("no interval")


def test_one_case_of_a_class_has_no_interval():
    found = delong(np.array([True, False, False]), [3, 1, 4])
    assert (found.auc, found.note) == (0.5, "no interval: a class with one case")
