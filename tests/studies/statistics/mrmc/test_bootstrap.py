"""The two-way bootstrap: right estimates, an honest label, repeatable."""

import json

import pytest

from studies.statistics.errors import StatisticsError
from studies.statistics.mrmc import two_way_bootstrap, u_statistics


def test_estimates_are_those_of_the_readings_and_the_bias_is_named(study):
    frame = study(1, negatives=15, positives=15)
    found = two_way_bootstrap(frame, draws=300).to_dict()
    expected = u_statistics(frame)
    assert found["modalities"]["A"]["estimate"] == pytest.approx(expected.modalities["A"].estimate)
    assert found["difference"]["estimate"] == pytest.approx(expected.difference.estimate)
    assert "biased upward" in found["bias"]
    json.dumps(found, allow_nan=False)


def test_variance_is_not_below_the_unbiased_one_on_average(study):
    drawn, unbiased = 0.0, 0.0
    for seed in range(12):
        frame = study(seed, negatives=10, positives=10)
        drawn += two_way_bootstrap(frame, draws=200).modalities["A"]["variance"]
        unbiased += u_statistics(frame).modalities["A"].variance
    assert drawn > unbiased


def test_f1_and_precision_of_calls_are_the_pooled_ones(study):
    frame = study(2)
    one = frame[frame["modality"] == "A"]
    said, truth = one["rating"] > 0, one["truth"]
    hits = (said & truth).sum()
    precision = two_way_bootstrap(frame, statistic="precision", threshold=0, draws=100).modalities["A"]
    f1 = two_way_bootstrap(frame, statistic="f1", threshold=0, draws=100).modalities["A"]
    assert precision["estimate"] == pytest.approx(hits / said.sum())
    assert f1["estimate"] == pytest.approx(2 * hits / (said.sum() + truth.sum()))


def test_same_seed_gives_the_same_interval(study):
    first, again = (two_way_bootstrap(study(3), seed=4, draws=100).to_dict() for _ in range(2))
    assert first == again


def test_statistic_that_is_never_defined_is_none_with_a_note(study):
    found = two_way_bootstrap(study(4), statistic="precision", threshold=99, draws=100)
    assert found.modalities["A"] == {"estimate": None, "variance": None, "interval": None}
    assert found.notes[-1] == "100 of 100 resamples left out: precision not defined"


def test_too_few_draws_and_unknown_statistics_are_refused(study):
    with pytest.raises(StatisticsError, match="draws: got 10"):
        two_way_bootstrap(study(1), draws=10)
    with pytest.raises(StatisticsError, match="statistic: got 'mcc'"):
        two_way_bootstrap(study(1), statistic="mcc")
