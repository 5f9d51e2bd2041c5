"""Proportion correct of pairs: by hand, against the analysis of variance, and where it is not defined."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from studies.statistics.errors import StatisticsError
from studies.statistics.forced_choice import forced_choice


def choices(readers=4, pairs=30, share=0.7, seed=0):
    rng = np.random.default_rng(seed)
    rows = [
        {"reader": f"r{r}", "pair": f"p{p}", "left": bool(rng.integers(2)), "right": bool(rng.random() < share)}
        for r in range(readers) for p in range(pairs)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_counts_shares_and_sides_are_those_of_a_count_by_hand():
    table = choices()
    found = forced_choice(table, margin=0.05)
    for reader in found.readers:
        own = table[table["reader"] == reader.reader]
        assert reader.right == int(own["right"].sum())
        assert reader.left == pytest.approx(own["left"].mean())
        assert reader.d_prime == pytest.approx(math.sqrt(2) * norm.ppf((reader.right + 0.5) / 31))
    assert found.pooled.proportion == pytest.approx(table["right"].mean())
    assert found.over_readers.mean == pytest.approx(table["right"].mean())


def test_variance_with_readers_and_pairs_random_is_that_of_the_two_way_layout():
    table = choices(readers=5, pairs=40, seed=3)
    both = forced_choice(table, margin=0.05).over_both
    y = table.pivot(index="reader", columns="pair", values="right").to_numpy(float)
    readers, pairs = y.shape
    mean = y.mean()
    ms_reader = pairs * ((y.mean(axis=1) - mean) ** 2).sum() / (readers - 1)
    ms_pair = readers * ((y.mean(axis=0) - mean) ** 2).sum() / (pairs - 1)
    rest = y - y.mean(axis=1, keepdims=True) - y.mean(axis=0, keepdims=True) + mean
    ms_rest = (rest**2).sum() / ((readers - 1) * (pairs - 1))
    assert both.estimate == pytest.approx(mean)
    # Unbiased variance of the grand mean of a two-way random layout: (MSR + MSP - MSE) / (readers pairs).
    assert both.variance == pytest.approx((ms_reader + ms_pair - ms_rest) / (readers * pairs))


def test_sides_may_be_swapped_and_names_changed_without_effect():
    table = choices()
    swapped = table.assign(left=~table["left"], pair="x" + table["pair"])
    one, two = forced_choice(table, margin=0.05), forced_choice(swapped, margin=0.05)
    assert one.over_both.to_dict() == two.over_both.to_dict()
    assert [reader.right for reader in one.readers] == [reader.right for reader in two.readers]


@pytest.mark.parametrize(("share", "verdict"), [(0.9, "distinguishable"), (0.55, "inconclusive")])
def test_verdict_follows_the_choices(share, verdict):
    assert forced_choice(choices(readers=3, pairs=30, share=share), margin=0.02).verdict.verdict == verdict


def test_share_of_one_half_in_many_choices_is_equivalent_within_a_wide_margin():
    assert forced_choice(choices(readers=8, pairs=200, share=0.5), margin=0.1).verdict.verdict == "equivalent"


def test_pairs_that_some_did_not_see_are_left_out_of_the_variance_too():
    table = choices(readers=6, pairs=40)
    found = forced_choice(table.sample(150, random_state=1), margin=0.05)
    assert found.over_both.standard_error > forced_choice(table, margin=0.05).over_both.standard_error


def test_all_right_is_finite():
    found = forced_choice(choices(share=2.0), margin=0.05)
    assert found.pooled.proportion == 1.0
    assert all(math.isfinite(reader.d_prime) for reader in found.readers)
    assert found.over_both.standard_error == 0.0
    assert found.verdict.verdict == "distinguishable"


def test_one_reader_alone_has_no_overall():
    found = forced_choice(choices(readers=1), margin=0.05)
    assert (found.over_readers, found.over_both, found.verdict) == (None, None, None)
    assert "no verdict" in found.notes[0]


def test_a_pair_read_twice_by_one_reader_is_refused():
    table = choices()
    with pytest.raises(StatisticsError, match="more than once"):
        forced_choice(pd.concat([table, table.iloc[:1]]), margin=0.05)
