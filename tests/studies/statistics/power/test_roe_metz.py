"""Simulated readers have the AUCs and the variances that their model states."""

import numpy as np
import pandas as pd
import pytest

from studies.statistics.errors import StatisticsError
from studies.statistics.mrmc import u_statistics
from studies.statistics.mrmc.readings import readings_of
from studies.statistics.power import RoeMetz, Variances, simulated_frame, simulated_readings

MODEL = RoeMetz({"A": 0.75, "B": 1.5}, Variances(0.011, 0.3, 0.2), Variances(0.011, 0.3, 0.2))


def test_auc_of_the_model_is_met_by_many_readings():
    readings = simulated_readings(MODEL, 40, 600, 600, rng=np.random.default_rng(1))
    found = u_statistics(simulated_frame(MODEL, 30, 150, 150, rng=np.random.default_rng(2)))
    for name, auc in MODEL.auc.items():
        assert abs(found.modalities[name].estimate - auc) < 4 * found.modalities[name].standard_error
    total = MODEL.shared.total + MODEL.modality.total
    assert readings.negative_ratings.var() == pytest.approx(total, rel=0.1)


def test_frame_and_readings_of_one_seed_are_the_same_study():
    readings = simulated_readings(MODEL, 3, 4, 5, rng=np.random.default_rng(3))
    again = readings_of(simulated_frame(MODEL, 3, 4, 5, rng=np.random.default_rng(3)))
    assert again.readers == readings.readers
    assert again.positive_ratings == pytest.approx(readings.positive_ratings)
    assert again.negative_ratings == pytest.approx(readings.negative_ratings)


def test_cuts_give_ratings_in_categories():
    frame = simulated_frame(MODEL, 3, 30, 30, rng=np.random.default_rng(4), cuts=[-1, 0, 0.5, 1, 2])
    assert set(frame["rating"]) == {1, 2, 3, 4, 5, 6}


def test_published_settings_are_read(shared_data):
    table = pd.read_csv(shared_data / "readers" / "iMRMC" / "roeMetzConfigs.csv")
    models = [RoeMetz.from_config(row) for row in table.to_dict("records")]
    assert len(models) == 12
    assert round(models[0].auc["testA"], 3) == 0.700  # mean .75, all variances together 1.022


def test_impossible_models_are_refused():
    with pytest.raises(StatisticsError, match="expected 0 or more"):
        Variances(-1, 0, 0)
    with pytest.raises(StatisticsError, match="no modality"):
        RoeMetz({}, Variances(0, 1, 0), Variances(0, 0, 0))
    with pytest.raises(StatisticsError, match="all 0"):
        RoeMetz({"A": 1}, Variances(0, 0, 0), Variances(0, 0, 0))
    with pytest.raises(StatisticsError, match="got 0 readers"):
        simulated_readings(MODEL, 0, 1, 1, rng=np.random.default_rng(0))
