from __future__ import annotations

import numpy as np
import pytest

from bench.engine.forward import forward_operations
from bench.engine.quality import Figures, distance_rows, labels_at, seam_rows
from bench.engine.schemes import FAST, REFERENCE, ladder, without_one
from bench.engine.sizes import size_rows
from bench.engine.speed import ladder_rows
from mambo_engine.config import NetworkConfig


def test_ladder_leads_from_the_reference_to_the_fast_path_one_change_a_rung() -> None:
    rungs = ladder()
    assert rungs[0] is REFERENCE
    assert rungs[-1].settings() == FAST.settings()
    assert rungs[-1].precision == FAST.precision
    for scheme in without_one():
        assert (scheme.settings(), scheme.precision) != (FAST.settings(), FAST.precision)


def test_ladder_rows_compare_each_rung_with_the_one_above() -> None:
    rows = ladder_rows(["a", "b", "c"], [12.0, 6.0, 2.0])
    assert [row.ratio for row in rows] == [None, 2.0, 3.0]


def test_size_rows_compare_patches_and_memory_with_the_smallest() -> None:
    small = {"seconds": 1.0, "patches": 100, "peak": 300e6}
    large = {"seconds": 8.0, "patches": 1000, "peak": 600e6}
    rows = size_rows([(480, small), (1920, large)])
    assert rows[0].value == pytest.approx(10.0)
    assert rows[1].ratio == pytest.approx(0.8)
    assert rows[2].ratio == pytest.approx(0.2)


def test_operations_of_the_papers_network_are_those_counted_before() -> None:
    assert forward_operations(NetworkConfig(), 256) == pytest.approx(6.129e11, rel=0.01)


def test_quality_of_the_reference_against_itself_is_one() -> None:
    generator = np.random.default_rng(1)
    sets = [
        Figures(generator.standard_normal((60, 4)), generator.random((8, 128, 128), dtype=np.float32), seams)
        for seams in (1.0, 1.2)
    ]
    rows = [*distance_rows("base", sets, {"same": sets}), *seam_rows(sets, {"same": sets})]
    assert [row.ratio for row in rows if ": same" in row.what] == pytest.approx([1.0, 1.0, 1.0])


def test_labels_are_the_same_in_every_set_and_take_all_values() -> None:
    vocabulary = {"view": ("CC", "MLO"), "density": ("A", "B", "C", "D")}
    first, second = ([labels_at(vocabulary, i + shift, 4) for i in range(4)] for shift in (0, 4))
    assert first == second
    assert {labels["density"] for labels in first} == set("ABCD")
