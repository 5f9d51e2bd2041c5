from __future__ import annotations

import numpy as np
import pytest

from mambo_engine.errors import ConfigError, DataError
from mambo_engine.evaluation.controllability import controllability, weighted_kappa

FIELDS = {"density": ("A", "B", "C", "D"), "view": ("CC", "MLO")}


def answers(numbers: list[int], count: int) -> np.ndarray:
    return np.eye(count)[numbers]


def test_labels_read_as_asked_agree_fully() -> None:
    asked = [{"density": value, "view": "CC"} for value in "ABCD"] + [{"view": "MLO"}]
    read = {"density": answers([0, 1, 2, 3, 0], 4), "view": answers([0, 0, 0, 0, 1], 2)}
    density, view = controllability(asked, read, FIELDS, repeats=50)
    assert (density.accuracy.estimate, density.kappa.estimate) == (1.0, 1.0)
    assert density.counts.tolist() == np.eye(4).tolist()
    assert density.chance == pytest.approx(0.25)
    assert view.counts.tolist() == [[4, 0], [0, 1]]
    assert view.chance == pytest.approx(17 / 25)


def test_a_model_that_does_not_heed_the_label_has_no_kappa() -> None:
    generator = np.random.default_rng(0)
    asked = [{"density": "ABCD"[number]} for number in generator.integers(0, 4, 4000)]
    read = {"density": answers(list(generator.choice(4, 4000, p=(0.1, 0.6, 0.2, 0.1))), 4)}
    (found,) = controllability(asked, read, FIELDS, repeats=50)
    assert found.kappa.estimate == pytest.approx(0.0, abs=0.03)
    assert found.accuracy.estimate == pytest.approx(found.chance, abs=0.03)
    assert found.kappa.low < 0 < found.kappa.high


def test_near_misses_of_ordered_values_count_less() -> None:
    near = np.array([[5, 5, 0], [0, 5, 5], [0, 0, 10]])
    far = np.array([[5, 0, 5], [5, 5, 0], [0, 0, 10]])
    assert weighted_kappa(near, ordered=True) > weighted_kappa(far, ordered=True)
    assert weighted_kappa(np.array([[20, 5], [10, 15]]), ordered=False) == pytest.approx(0.4)
    assert weighted_kappa(np.array([[9, 0], [0, 0]]), ordered=False) == 0.0


def test_labels_and_numbers_that_do_not_fit_are_refused() -> None:
    read = {"view": answers([0, 1], 2)}
    with pytest.raises(ConfigError, match="view: got 'XX', expected one of CC, MLO"):
        controllability([{"view": "XX"}, {"view": "CC"}], read, FIELDS)
    with pytest.raises(DataError, match=r"view: got answers \(2, 2\), expected \(3, 2\)"):
        controllability([{"view": "CC"}] * 3, read, FIELDS)


def test_fields_that_nobody_asked_for_are_left_out() -> None:
    assert controllability([{"view": "CC"}, {}], {"view": answers([0, 1], 2)}, FIELDS) == ()
