"""The fitted curve: a published fit, a known truth, and ratings that no curve fits."""

import numpy as np
import pytest

from studies.statistics.roc import binormal, empirical_auc

# Hanley and McNeil, Radiology 143 (1982) 29, table I: CT ratings of 58 normal and 51 abnormal heads
NORMAL, ABNORMAL = (33, 6, 6, 11, 2), (3, 2, 2, 11, 33)


def heads():
    ratings = [np.repeat([1.0, 2.0, 3.0, 4.0, 5.0], counts) for counts in (NORMAL, ABNORMAL)]
    return np.repeat([False, True], [58, 51]), np.concatenate(ratings)


def test_published_fit_of_the_ct_ratings_is_met():
    # area by trapezoids .893; maximum likelihood a 1.656782, b .713002, area .911331 (.0295), as in Stata's manual
    truth, rating = heads()
    found = binormal(truth, rating)
    assert round(empirical_auc(truth, rating), 3) == 0.893
    assert (found.a, found.b) == pytest.approx((1.656782, 0.713002), abs=2e-5)
    assert (found.auc, found.standard_error) == pytest.approx((0.911331, 0.0295), abs=5e-5)
    assert found.interval.lower < found.auc < found.interval.upper
    assert found.true_positive_fraction([0, 1]).tolist() == [0, 1]


def test_known_curve_is_found_from_many_continuous_ratings():
    rng = np.random.default_rng(0)
    a, b, n = 1.5, 0.8, 4000
    rating = np.concatenate([rng.normal(size=n), rng.normal(a / b, 1 / b, n)])
    found = binormal(np.repeat([False, True], n), rating)
    assert (found.a, found.b) == pytest.approx((a, b), abs=0.06)
    assert found.categories == 12


@pytest.mark.parametrize("rating", [[1, 1, 1, 1], [1, 1, 2, 2], [1, 2, 3, 4]])
def test_degenerate_ratings_have_no_curve_and_say_why(rating):
    found = binormal(np.array([False, False, True, True]), rating)
    assert found.auc is None
    assert found.note.startswith("no curve")
    assert np.isnan(found.true_positive_fraction([0.5])).all()
