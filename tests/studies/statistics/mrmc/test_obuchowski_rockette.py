"""Obuchowski-Rockette with Hillis' df: golden numbers, one modality, fixed effects, edges."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from studies.statistics.errors import StatisticsError
from studies.statistics.mrmc import obuchowski_rockette, u_statistics


def test_golden_components_and_test_of_the_jackknife(published):
    # computed independently from the same table (jackknife covariances), to the digits shown
    found = obuchowski_rockette(published[0]).to_dict()
    golden = {
        "ms_t": 0.00732379,
        "ms_r": 0.01897662,
        "ms_tr": 0.00914908,
        "var": 0.00302309,
        "cov1": 0.00154742,
        "cov2": 0.00155265,
        "cov3": 0.00087751,
    }
    assert found["components"] == pytest.approx(golden, abs=5e-9)
    assert (found["f"], found["df1"], found["df2"]) == pytest.approx((0.584743, 1, 7.49629), abs=5e-6)
    assert found["p"] == pytest.approx(0.467845, abs=5e-7)
    assert found["difference"] == pytest.approx(-0.054125)
    assert found["interval"]["lower"] < found["difference"] < found["interval"]["upper"]
    assert found["auc"]["reader3"]["testA"] == pytest.approx(0.893125)
    assert found["modality_means"] == pytest.approx({"testA": 0.704375, "testB": 0.7585})


def test_golden_single_modalities_of_the_jackknife(published):
    single = obuchowski_rockette(published[0]).single
    one, two = single["testA"], single["testB"]
    assert (one.standard_error, one.df) == pytest.approx((0.0795895, 6.89930), abs=5e-6)
    assert (one.interval.lower, one.interval.upper) == pytest.approx((0.515617, 0.893133), abs=5e-6)
    assert (two.standard_error, two.df) == pytest.approx((0.0489485, 35.7090), abs=5e-5)
    assert (two.interval.lower, two.interval.upper) == pytest.approx((0.659200, 0.857800), abs=5e-6)


def test_unbiased_covariances_give_imrmcs_hillis_df_and_variances(published):
    frame, results = published
    found = obuchowski_rockette(frame, "u_statistics")
    dfs = [found.single["testA"].df, found.single["testB"].df, found.main.df]
    assert dfs == pytest.approx(results["Ustat"]["dfHillis"], rel=1e-8)
    assert found.main.standard_error**2 == pytest.approx(results["Ustat"]["varAUCAminusAUCB"][2], rel=1e-8)


def test_f_of_two_modalities_is_the_squared_t_of_their_difference(published):
    found = obuchowski_rockette(published[0], "delong")
    assert found.f == pytest.approx((found.main.estimate / found.main.standard_error) ** 2)
    assert found.p_equal == pytest.approx(found.main.p)


def test_methods_of_covariance_agree_in_size(published):
    one, two, three = (
        obuchowski_rockette(published[0], name, draws=4000).main.standard_error
        for name in ("jackknife", "delong", "bootstrap")
    )
    assert one == pytest.approx(two, rel=0.01)
    assert one == pytest.approx(three, rel=0.05)


def test_bootstrap_repeats_with_its_seed(published):
    first, again, other = (obuchowski_rockette(published[0], "bootstrap", seed=seed).f for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_random_readers_alone_are_a_paired_t_test(published):
    found = obuchowski_rockette(published[0], random="readers")
    auc = np.array([[values["testA"], values["testB"]] for values in found.auc.values()])
    assert found.main.p == pytest.approx(stats.ttest_rel(auc[:, 0], auc[:, 1]).pvalue)
    assert found.main.df == 4


def test_random_cases_alone_use_the_normal_and_are_narrower_than_both(published):
    cases, both = (obuchowski_rockette(published[0], random=random) for random in ("cases", "both"))
    assert cases.main.standard_error < both.main.standard_error
    assert cases.to_dict()["df2"] is None
    assert cases.p_equal == pytest.approx(cases.main.p)


def test_negative_components_count_as_nothing(study):
    for seed in range(40):
        found = obuchowski_rockette(study(seed))
        parts = found.components
        if parts["cov2"] < parts["cov3"]:
            assert found.main.standard_error**2 == pytest.approx(2 * parts["ms_tr"] / 4)
            assert found.df2 == pytest.approx(3)
            return
    pytest.fail("no study with Cov2 below Cov3 among 40")


def test_one_modality_tests_its_mean_against_one_half(study):
    frame = study(3)
    found = obuchowski_rockette(frame[frame["modality"] == "A"]).to_dict()
    assert found["difference"] is None
    assert found["f"] is None
    mean = found["modalities"]["A"]
    assert (found["standard_error"], found["df2"], found["p"]) == (mean["standard_error"], mean["df"], mean["p"])


def test_three_modalities_have_three_differences_and_one_f(study):
    frame = study(4)
    third = frame[frame["modality"] == "A"].assign(modality="C", rating=lambda table: table["rating"] * 2 % 3)
    found = obuchowski_rockette(pd.concat([frame, third]))
    assert len(found.differences) == 3
    assert found.df1 == 2
    json.dumps(found.to_dict(), allow_nan=False)


def test_one_reader_falls_back_to_random_cases_and_says_so(study):
    frame = study(5, readers=1)
    found = obuchowski_rockette(frame)
    assert found.random == "cases"
    assert "one reader only: cases are random, the reader is not" in found.notes
    expected = u_statistics(frame).difference
    unbiased = obuchowski_rockette(frame, "u_statistics").main.standard_error
    assert unbiased == pytest.approx(expected.standard_error)


def test_reader_without_a_modality_is_left_out_with_a_note(study):
    frame = study(6)
    short = frame[~((frame["reader"] == "r1") & (frame["modality"] == "B"))]
    found = obuchowski_rockette(short)
    assert "r1" not in found.auc
    assert any("reader r1 left out" in note for note in found.notes)
    assert found.f == pytest.approx(obuchowski_rockette(frame[frame["reader"] != "r1"]).f)


@pytest.mark.parametrize("covariance", ["jackknife", "delong", "bootstrap", "u_statistics"])
def test_missing_readings_keep_all_numbers_finite(covariance, study):
    frame = study(7, negatives=12, positives=12, share=0.8)
    json.dumps(obuchowski_rockette(frame, covariance, draws=200).to_dict(), allow_nan=False)


@pytest.mark.parametrize("covariance", ["jackknife", "delong", "bootstrap", "u_statistics"])
def test_all_ratings_tied_show_no_difference(covariance, study):
    found = obuchowski_rockette(study(8).assign(rating=1), covariance, draws=200)
    assert (found.main.estimate, found.main.p, found.p_equal) == (0, 1, 1)


def test_split_design_is_refused_with_a_way_on(study):
    frame = study(9)
    frame = frame[(frame["modality"] == "A") == frame["reader"].isin(["r0", "r1"])]
    with pytest.raises(StatisticsError, match="got no reader who read both classes in every modality"):
        obuchowski_rockette(frame)


def test_unknown_covariance_is_refused(study):
    with pytest.raises(StatisticsError, match="covariance: got 'guess', expected one of jackknife"):
        obuchowski_rockette(study(1), "guess")
