"""U-statistics: the published numbers, a literal enumeration, and what must not matter."""

import json
import math
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from studies.statistics.errors import StatisticsError
from studies.statistics.mrmc import obuchowski_rockette, u_statistics
from studies.statistics.mrmc.moments import cell_moments, spread
from studies.statistics.mrmc.pair_sums import pair_sums
from studies.statistics.mrmc.readings import readings_of
from tests.studies.statistics.conftest import made_up

SEEDS = st.integers(0, 10_000)


def three(found):
    return [*found.modalities.values(), found.difference]


def test_published_estimates_and_variances_are_met(published):
    frame, results = published
    table = results["Ustat"]
    found = three(u_statistics(frame))
    values = [table["AUCA"][0], table["AUCA"][1], table["AUCAminusAUCB"][2]]
    variances = [table["varAUCA"][0], table["varAUCA"][1], table["varAUCAminusAUCB"][2]]
    assert [one.estimate for one in found] == pytest.approx(values, abs=1e-9)
    assert [one.variance for one in found] == pytest.approx(variances, rel=1e-8)
    assert [one.df for one in found] == pytest.approx(table["dfBDG"], rel=1e-8)
    assert [one.df_hillis for one in found] == pytest.approx(table["dfHillis"], rel=1e-8)
    table = results["MLEstat"]
    variances = [table["varAUCA"][0], table["varAUCA"][1], table["varAUCAminusAUCB"][2]]
    assert [one.variance_plug_in for one in found] == pytest.approx(variances, rel=1e-8)


def test_published_p_and_intervals_are_met_with_the_floor_of_df(published):
    frame, results = published
    table = results["Ustat"]  # iMRMC rounds df down for p and intervals; ours do not
    for number, one in enumerate(three(u_statistics(frame))):
        for name, df in (("BDG", one.df), ("Hillis", one.df_hillis)):
            law = stats.t(math.floor(df))
            half = law.ppf(0.975) * one.standard_error
            assert one.estimate - half == pytest.approx(table[f"botCI{name}"][number], abs=1e-6)
            assert one.estimate + half == pytest.approx(table[f"topCI{name}"][number], abs=1e-6)
            p = 2 * law.sf(abs(one.estimate - one.null) / one.standard_error)
            assert p == pytest.approx(table[f"pValue{name}"][number], rel=1e-6)
        assert (one.interval.lower, one.interval.upper) == pytest.approx(
            stats.t.interval(0.95, one.df, one.estimate, one.standard_error), abs=1e-9
        )


def test_published_readers_are_met(published):
    frame, results = published
    table = results["perReader"]
    found = {(one.reader, one.modality): one for one in u_statistics(frame).per_reader}
    for row in range(10):
        one = found[table["readerID"][row], table["modalityA"][row]]
        assert one.estimate == pytest.approx(table["AUCA"][row], abs=1e-9)
        assert one.variance == pytest.approx(table["varAUCA"][row], abs=1e-8)
    for row in range(10, 15):
        alone = u_statistics(frame[frame["reader"] == table["readerID"][row]])
        assert alone.difference.estimate == pytest.approx(table["AUCAminusAUCB"][row], abs=1e-9)
        assert alone.difference.variance == pytest.approx(table["varAUCAminusAUCB"][row], abs=1e-8)
        assert alone.difference.notes == ("one reader only: cases are random, the reader is not",)


def literal(frame, first, second):
    """Return unbiased and plug-in covariance by enumerating pairs of (reader, negative, positive)."""

    def triples(modality):
        rows = frame[frame["modality"] == modality]
        known = {(r, c): v for r, c, v in zip(rows["reader"], rows["case"], rows["rating"], strict=True)}
        lows, highs = (sorted(rows.loc[rows["truth"] == truth, "case"].unique()) for truth in (False, True))
        return [
            (r, i, j, (known[r, j] > known[r, i]) + 0.5 * (known[r, j] == known[r, i]))
            for r, i, j in product(sorted(rows["reader"].unique()), lows, highs)
            if (r, i) in known and (r, j) in known
        ]

    one, two = triples(first), triples(second)
    kinds = list(product((True, False), repeat=3))
    exact = {kind: [] for kind in kinds}
    for (r, i, j, s), (q, k, m, t) in product(one, two):
        exact[r == q, i == k, j == m].append(s * t)
    total = len(one) * len(two)
    mean = np.mean([s for *_, s in one]) * np.mean([s for *_, s in two])
    nothing = exact[False, False, False]
    unbiased = mean - np.mean(nothing) if nothing else math.nan
    at_least = {
        kind: np.concatenate(
            [v for other, v in exact.items() if all(o or not k for k, o in zip(kind, other, strict=True))]
        )
        for kind in kinds
    }
    plug_in = sum(len(exact[kind]) / total * at_least[kind].mean() for kind in kinds if exact[kind]) - mean
    return unbiased, plug_in


@pytest.mark.parametrize(("seed", "share"), [(1, 1.0), (2, 0.7), (3, 0.5)])
@pytest.mark.parametrize("pair", [(0, 0), (0, 1), (1, 1)])
def test_moments_equal_a_literal_enumeration_with_ties_and_missing_readings(seed, share, pair):
    frame = made_up(seed, readers=3, negatives=5, positives=4, share=share)
    readings = readings_of(frame)
    found = spread(cell_moments(pair_sums(readings)), readings, *pair)
    expected = literal(frame, *(readings.modalities[number] for number in pair))
    assert (found.unbiased, found.plug_in) == pytest.approx(expected, abs=1e-12)


@settings(max_examples=15)
@given(SEEDS)
def test_order_of_rows_and_names_do_not_matter(seed):
    frame = made_up(seed, share=0.8)
    other = frame.sample(frac=1, random_state=seed)
    other = other.assign(reader="x" + other["reader"], case="y" + other["case"].str[::-1])
    one, two = u_statistics(frame), u_statistics(other)
    for a, b in zip(three(one), three(two), strict=True):
        assert (a.estimate, a.variance, a.df) == pytest.approx((b.estimate, b.variance, b.df), abs=1e-12)


@settings(max_examples=15)
@given(SEEDS)
def test_ratings_turned_round_turn_the_estimate_and_keep_the_variance(seed):
    frame = made_up(seed)
    one, two = u_statistics(frame), u_statistics(frame.assign(rating=-frame["rating"]))
    rising = u_statistics(frame.assign(rating=np.exp(frame["rating"])))
    for name in ("A", "B"):
        a, b, c = one.modalities[name], two.modalities[name], rising.modalities[name]
        assert a.estimate == pytest.approx(1 - b.estimate)
        assert a.variance == pytest.approx(b.variance, abs=1e-12)
        assert (a.estimate, a.variance) == (c.estimate, c.variance)


@settings(max_examples=15)
@given(SEEDS)
def test_classes_exchanged_turn_the_estimate(seed):
    frame = made_up(seed)
    one, two = u_statistics(frame), u_statistics(frame.assign(truth=~frame["truth"]))
    for name in ("A", "B"):
        assert one.modalities[name].estimate == pytest.approx(1 - two.modalities[name].estimate)
        assert one.modalities[name].variance == pytest.approx(two.modalities[name].variance, abs=1e-12)


def test_readers_copied_do_not_stand_for_new_cases():
    frame = made_up(5, readers=1, negatives=25, positives=25)
    copies = pd.concat([frame.assign(reader=f"copy {number}") for number in range(8)])
    alone, together = u_statistics(frame).modalities["A"], u_statistics(copies, random="cases").modalities["A"]
    assert together.variance == pytest.approx(alone.variance)
    both = u_statistics(copies).modalities["A"]
    assert both.variance == pytest.approx(alone.variance)


def test_balanced_accuracy_of_calls_is_their_auc_and_the_mean_of_both_rates(study):
    frame = study(11).assign(rating=lambda table: (table["rating"] > 0).astype(int))
    auc, balanced = u_statistics(frame), u_statistics(frame, endpoint="balanced_accuracy")
    tpf, tnf = u_statistics(frame, endpoint="tpf"), u_statistics(frame, endpoint="tnf")
    for name in ("A", "B"):
        assert balanced.modalities[name].variance == pytest.approx(auc.modalities[name].variance)
        rates = (tpf.modalities[name].estimate + tnf.modalities[name].estimate) / 2
        assert balanced.modalities[name].estimate == pytest.approx(rates)
    assert tpf.modalities["A"].p is None


def test_binary_endpoints_of_complete_readings_are_the_pooled_proportions(study):
    frame = study(12)
    for endpoint, right in (
        ("tpf", frame[frame["truth"]]["rating"] > 0),
        ("tnf", frame[~frame["truth"]]["rating"] <= 0),
        ("accuracy", (frame["rating"] > 0) == frame["truth"]),
    ):
        found = u_statistics(frame, endpoint=endpoint, threshold=0).modalities["A"]
        assert found.estimate == pytest.approx(right[frame["modality"] == "A"].mean())


def test_tpf_equals_auc_against_a_constant_half(study):
    frame = study(13, share=0.8).assign(rating=lambda table: (table["rating"] > 0).astype(float))
    constant = frame.assign(rating=frame["rating"].where(frame["truth"], 0.5))
    found, expected = u_statistics(frame, endpoint="tpf"), u_statistics(constant)
    for one, two in zip(three(found), three(expected), strict=True):
        assert (one.estimate, one.variance) == pytest.approx((two.estimate, two.variance), abs=1e-12)


def test_split_plot_with_other_cases_for_each_reader_group_has_a_variance(study):
    frame = study(14, readers=6, negatives=12, positives=12)
    early = frame["reader"].isin(["r0", "r1", "r2"])
    low_half = frame["case"].str[1:].astype(int) < 6
    found = u_statistics(frame[early == low_half])
    for one in three(found):
        assert one.variance > 0
        assert one.interval.lower < one.estimate < one.interval.upper
    assert "were not read" in found.notes[0]


def test_modalities_read_by_other_readers_have_a_difference(study):
    frame = study(15, readers=6)
    frame = frame[(frame["modality"] == "A") == frame["reader"].isin(["r0", "r1", "r2"])]
    found = u_statistics(frame)
    assert found.modalities["A"].readers == 3
    assert found.difference.readers == 6
    assert found.difference.variance > 0


def test_fixed_cases_give_the_variance_between_readers(study):
    frame = study(16)
    found = u_statistics(frame, random="readers")
    values = [one.estimate for one in found.per_reader if one.modality == "A"]
    assert found.modalities["A"].variance == pytest.approx(np.var(values, ddof=1) / 4)
    assert found.modalities["A"].df == pytest.approx(3)


def test_fixed_readers_give_the_variance_of_the_rockette_analysis_with_its_covariances(study):
    frame = study(17)
    found = u_statistics(frame, random="cases")
    other = obuchowski_rockette(frame, "u_statistics", random="cases")
    assert found.modalities["A"].standard_error == pytest.approx(other.single["A"].standard_error)


def test_all_ratings_tied_give_one_half_and_say_that_nothing_varies(study):
    found = u_statistics(study(18).assign(rating=3)).modalities["A"]
    assert (found.estimate, found.variance, found.p) == (0.5, 0, 1)
    assert "no variation between readings: the interval is a point" in found.notes


def test_reader_of_one_class_is_noted_and_leaves_the_rest(study):
    frame = study(19)
    frame = frame[~((frame["reader"] == "r0") & frame["truth"])]
    found = u_statistics(frame)
    assert found.modalities["A"].readers == 3
    assert any("reader r0 did not read both classes" in note for note in found.notes)
    rest = u_statistics(frame[frame["reader"] != "r0"])
    assert found.modalities["A"].variance == pytest.approx(rest.modalities["A"].variance)


@pytest.mark.parametrize("seed", range(6))
def test_every_result_is_json_without_a_nan(seed, study):
    frame = study(seed, readers=2, negatives=2, positives=2)
    for endpoint in ("auc", "accuracy"):
        json.dumps(u_statistics(frame, endpoint=endpoint, threshold=0).to_dict(), allow_nan=False)
    one_of_each = frame[frame["case"].isin(["n0", "p0"])]
    found = u_statistics(one_of_each)
    assert "too few readers or cases for the unbiased variance" in found.modalities["A"].notes[0]
    json.dumps(found.to_dict(), allow_nan=False)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.drop(columns="modality"), "columns: got reader, case, truth, rating; expected also modality"),
        (lambda f: pd.concat([f, f.iloc[:1]]), "rows 0, 0: got the same reader, case, modality"),
        (lambda f: f.assign(truth=f["truth"].where(f.index != 3)), "truth, rows 3: got no value"),
        (
            lambda f: f.assign(rating=f["rating"].astype(object).where(f.index != 2, "high")),
            "rating, rows 2: got 'high'",
        ),
        (lambda f: f[f["truth"]], "truth: got no negative case"),
        (lambda f: f.iloc[:0], "got no reading"),
        (lambda f: f.assign(truth=f["truth"] ^ (f.index == 0)), "truth, rows 0, .*got both classes for case n0"),
    ],
)
def test_wrong_frames_are_refused_with_column_and_rows(change, message, study):
    with pytest.raises(StatisticsError, match=message):
        u_statistics(change(study(20)))


def test_unknown_options_are_refused(study):
    with pytest.raises(StatisticsError, match="random: got 'all'"):
        u_statistics(study(1), random="all")
    with pytest.raises(StatisticsError, match="endpoint: got 'f1'"):
        u_statistics(study(1), endpoint="f1")
    with pytest.raises(StatisticsError, match=r"rating: got -?[0-9]+, expected 0 or 1, or a threshold"):
        u_statistics(study(1), endpoint="tpf")
