"""What a demand needs follows from the costs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.capacity import figures
from bench.capacity.costs import Costs, Demand, needs, readers_of_one_study

COSTS = Costs(
    web_s=0.02, database_s=0.01, locked_s=0.005, answer_bytes=1000, tile_s=0.0001, tiles=100, case_bytes=8e6,
    picture_bytes=8e6, drawing_s=8.64,
)  # fmt: skip
DEMAND = Demand(readers=200, studies=2, seconds_per_case=10, pictures=1000, answers=5000, drawings_per_day=15_000)


def test_needs_are_work_over_what_a_core_is_planned_with():
    found = needs(DEMAND, COSTS)
    assert found.web_cores == 1  # 20 readings/s x 30 ms = .6 of a core
    assert needs(replace(DEMAND, readers=2_000), COSTS).web_cores == 10
    assert needs(replace(DEMAND, readers=2_000), COSTS).database_cores == 4
    assert found.busiest_study == pytest.approx(10 * 0.005)
    assert found.traffic_bit_s == pytest.approx(20 * 64e6)
    assert (found.picture_bytes, found.database_bytes) == (8e9, 5e6)
    assert found.drawing_cores == 2  # 129,600 core seconds a day


def test_readers_of_one_study_lock_its_row_for_the_planned_share():
    most = readers_of_one_study(DEMAND, COSTS)
    assert needs(replace(DEMAND, readers=round(most), studies=1), COSTS).busiest_study == pytest.approx(
        0.6, rel=0.01
    )


def test_figures_of_other_benchmarks_stand_where_they_are_read():
    found = figures.from_documents()
    assert found["tiles"] == 64 + 16 + 4 + 1
    assert 1e6 < found["picture_bytes"] < 29.5e6
    assert 1e-6 < found["tile_s"] < 1e-2
    assert 1 < found["drawing_s"] < 20


def test_missing_row_is_named():
    with pytest.raises(ValueError, match="no row 'its size'"):
        figures.figure("<!-- tiles: begin -->\n<!-- tiles: end -->", "tiles", "its size")
