"""Pseudovalues lead to the same test as the jackknife covariances."""

import pytest

from studies.statistics.errors import StatisticsError
from studies.statistics.mrmc import dbm, obuchowski_rockette


def test_published_readings_give_the_same_test_both_ways(published):
    found, other = dbm(published[0]), obuchowski_rockette(published[0])
    assert (found.f, found.df2, found.p) == pytest.approx((other.f, other.df2, other.p_equal), rel=1e-9)
    # K times the mean squares of the AUCs, K = 80
    assert found.mean_squares["tr"] == pytest.approx(80 * other.components["ms_tr"])
    shared = other.components["cov2"] - other.components["cov3"]
    assert found.mean_squares["tc"] - found.mean_squares["trc"] == pytest.approx(80 * 5 * shared)


@pytest.mark.parametrize("seed", range(5))
def test_other_studies_give_the_same_test_both_ways(seed, study):
    frame = study(seed, readers=3, negatives=9, positives=5)
    found, other = dbm(frame), obuchowski_rockette(frame)
    assert (found.f, found.df2, found.p) == pytest.approx((other.f, other.df2, other.p_equal), rel=1e-9)


def test_missing_readings_are_refused(study):
    with pytest.raises(StatisticsError, match="got missing readings"):
        dbm(study(1, share=0.9))


def test_one_reader_is_refused(study):
    with pytest.raises(StatisticsError, match="got 2 modalities and 1 readers"):
        dbm(study(1, readers=1))
