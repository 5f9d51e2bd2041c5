"""Planned power against its own ends, against simulation, and on a grid."""

import numpy as np
import pytest

from studies.statistics.errors import StatisticsError
from studies.statistics.mrmc import obuchowski_rockette
from studies.statistics.power import (
    PilotComponents,
    RoeMetz,
    Variances,
    planned_power,
    power_grid,
    simulated_frame,
    simulated_power,
)

PILOT = PilotComponents(
    reader=0.002, modality_reader=0.001, var=0.003, cov1=0.0015, cov2=0.0015, cov3=0.0009, cases=100
)


def test_no_effect_has_the_power_of_the_level():
    assert planned_power(PILOT, 5, 100, effect=0) == pytest.approx(0.05)


def test_more_readers_cases_and_effect_have_more_power():
    grid = power_grid(PILOT, [4, 6, 10], [50, 100, 400], effect=0.05)
    assert (np.diff(grid.to_numpy(), axis=0) > 0).all()
    assert (np.diff(grid.to_numpy(), axis=1) > 0).all()
    assert planned_power(PILOT, 5, 100, effect=0.1) > planned_power(PILOT, 5, 100, effect=0.05)
    assert grid.index.name == "readers"


def test_equivalence_needs_a_wide_margin_and_a_small_effect():
    assert planned_power(PILOT, 20, 1000, effect=0, margin=0.1) > 0.95
    assert planned_power(PILOT, 5, 100, effect=0, margin=0.01) < 0.05
    assert planned_power(PILOT, 20, 1000, effect=0.1, margin=0.1) == pytest.approx(0.05, abs=0.01)


def test_plan_from_a_large_pilot_agrees_with_simulation():
    parts = Variances(0.011, 0.3, 0.2)
    model = RoeMetz({"A": 0.75, "B": 1.2}, parts, parts)
    effect = model.auc["A"] - model.auc["B"]
    planned = [
        planned_power(
            PilotComponents.from_pilot(
                obuchowski_rockette(simulated_frame(model, 12, 60, 60, rng=np.random.default_rng(seed))), 120
            ),
            5,
            80,
            effect=effect,
        )
        for seed in range(12)
    ]
    simulated = simulated_power(model, 5, 40, 40, runs=150)
    assert np.mean(planned) == pytest.approx(simulated.power, abs=0.12)


def test_one_modality_is_planned_against_one_half():
    assert planned_power(PILOT, 6, 200, effect=0.2, modalities=1) > 0.9


def test_numbers_out_of_range_are_refused():
    with pytest.raises(StatisticsError, match="got 1 readers"):
        planned_power(PILOT, 1, 100, effect=0.1)
    with pytest.raises(StatisticsError, match="without any variance"):
        planned_power(PilotComponents(0, 0, 0, 0, 0, 0, 10), 5, 100, effect=0.1)
