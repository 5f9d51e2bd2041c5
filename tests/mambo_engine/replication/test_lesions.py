"""Tables 6 and 9: cases with lesions, their scores, and both tables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mambo_engine.anomaly import AnomalySettings
from mambo_engine.cascade.cascade import Cascade
from mambo_engine.replication.lesions import (
    BRIGHT,
    FIGURES,
    OURS,
    CaseScores,
    LesionCase,
    area_table,
    circle_mask,
    level_table,
    phantom_cases,
    score_case,
    shrunk_mask,
)

TOLD = {"differs": ["data"], "notes": ["few"], "seed": 0}


def scores() -> list[CaseScores]:
    return [
        CaseScores(area, np.array([[low, high], [0, 0], [0, 0], [0.1, 0.2], [0, 0]], np.float32), f"P{area}")
        for area, low, high in ((40, 0.2, 0.6), (4, 0.0, 0.1), (8, 0.1, 0.2), (80, 0.4, 0.8))
    ]


def test_phantoms_have_a_lesion_inside_the_breast() -> None:
    cases = list(phantom_cases(3, 64, size=256))
    assert len({case.name for case in cases}) == 3
    for case in cases:
        assert case.image.shape == case.truth.shape == (64, 64)
        assert case.truth.any()
        assert (case.truth & case.breast).sum() > 0.9 * case.truth.sum()


def test_circle_has_the_area_of_its_radius() -> None:
    mask = circle_mask((64, 64), 20.0, 30.0, 10.0)
    assert mask[20, 30]
    assert not mask[20, 41]
    assert mask.sum() == pytest.approx(np.pi * 100, rel=0.02)


def test_shrunk_mask_keeps_pixels_that_are_half_covered() -> None:
    mask = np.zeros((8, 8), dtype=bool)
    mask[:4, :2] = True
    assert shrunk_mask(mask, 4).sum() == 2
    mask[:, :] = False
    mask[0, 0] = True
    assert not shrunk_mask(mask, 4).any()


def test_level_table_has_the_means_and_the_papers_figures_beside() -> None:
    table = level_table(scores(), [300, 700], **TOLD)
    low, high = table.rows
    assert low.ours[OURS].value == pytest.approx(0.175)
    assert high.ours[OURS].value == pytest.approx(0.425)
    assert high.ours[BRIGHT].value == pytest.approx(0.2)
    assert (low.paper["IoU"], high.paper["IoU"]) == (".082", ".216")
    assert low.ours[OURS].low is not None
    assert low.ours[OURS].low < 0.175


def test_area_table_sorts_the_cases_into_buckets_of_area() -> None:
    table = area_table(scores(), 1, bucket=2, side=64, **TOLD)
    small, large = table.rows[:2]
    assert small.ours[OURS].value == pytest.approx(0.15)
    assert large.ours[OURS].value == pytest.approx(0.7)
    assert "median 6 px" in small.name
    assert [row.paper["IoU"] for row in table.rows[2:]] == [".019", ".069", ".125", ".280", ".423", ".393"]


def test_pictures_of_one_patient_count_as_one_in_intervals() -> None:
    alone = [replace(one, patient="P1") for one in scores()]
    paired = [replace(one, patient=f"P{number // 2}") for number, one in enumerate(scores())]
    assert level_table(alone, [300, 700], **TOLD).rows[0].ours[OURS].low is None
    free, tied = (level_table(some, [300, 700], **TOLD).rows[1].ours[OURS] for some in (scores(), paired))
    assert tied.value == pytest.approx(free.value)
    assert (tied.low, tied.high) != (free.low, free.high)


def test_case_is_scored_by_the_map_and_without_a_model(tiny_cascade: Cascade) -> None:
    image = np.zeros((16, 16), np.float32)
    image[:, :12], image[6:9, 4:7] = 0.3, 0.9
    breast, truth = image > 0, image > 0.5
    case = LesionCase("one", image, breast, truth, "one")
    found = score_case(tiny_cascade, case, [300, 700], AnomalySettings(steps=3), labels={}, seed=1)
    assert found.values.shape == (len(FIGURES), 2)
    overlap, dice, pixels, _, brightness = found.values
    assert dice == pytest.approx(2 * overlap / (1 + overlap))
    assert ((pixels >= 0) & (pixels <= 1)).all()
    assert brightness == pytest.approx([1.0, 1.0])
