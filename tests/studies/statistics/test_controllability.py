"""Requested against read categories, and how often images look suspicious."""

import json

import numpy as np
import pandas as pd
import pytest

from studies.statistics.controllability import controllability, suspicion_difference
from studies.statistics.errors import StatisticsError


def readings(noise=1, *, readers=4, cases=60, seed=0):
    rng = np.random.default_rng(seed)
    rows = []
    for case in range(cases):
        requested = 1 + case % 5
        for reader in range(readers):
            read = int(np.clip(requested + rng.integers(-noise, noise + 1), 1, 5))
            rows.append({"reader": f"r{reader}", "case": case, "requested": str(requested), "read": str(read)})
    return pd.DataFrame(rows)


def test_matrix_holds_every_reading_and_kappa_its_interval():
    frame = readings()
    found = controllability(frame, draws=200)
    assert found.matrix.sum() == len(frame)
    assert found.interval.lower < found.pooled.value < found.interval.upper
    assert set(found.readers) == {"r0", "r1", "r2", "r3"}
    json.dumps(found.to_dict(), allow_nan=False)


def test_reading_as_requested_is_a_kappa_of_one():
    found = controllability(readings(0), draws=100)
    assert found.pooled.value == 1
    assert np.count_nonzero(found.matrix - np.diag(np.diag(found.matrix))) == 0


def test_category_that_is_none_is_refused_by_row():
    frame = readings()
    frame.loc[3, "read"] = "9"
    with pytest.raises(StatisticsError, match="read, rows 3: got '9', expected one of 0, 1"):
        controllability(frame)


def suspicions(shares, *, readers=6, cases=80, seed=0):
    rng = np.random.default_rng(seed)
    rows = []
    for case in range(cases):
        truth = case % 2 == 0
        lean = rng.normal(0, 0.1)
        for reader in range(readers):
            birads = "4" if rng.random() < shares[truth] + lean else "2"
            rows.append({"reader": reader, "case": case, "truth": truth, "birads": birads})
    return pd.DataFrame(rows)


def test_difference_is_that_of_the_shares():
    frame = suspicions({True: 0.3, False: 0.5})
    found = suspicion_difference(frame, margin=0.05)
    shares = frame.assign(hit=frame["birads"] == "4").groupby("truth")["hit"].mean()
    assert found.synthetic.estimate == pytest.approx(shares[True])
    assert found.original_share == pytest.approx(shares[False])
    assert found.difference == pytest.approx(shares[True] - shares[False])
    assert found.interval.lower < found.difference < found.interval.upper
    assert found.verdict.verdict in {"distinguishable", "inconclusive"}
    json.dumps(found.to_dict(), allow_nan=False)


def test_like_shares_are_equivalent_only_within_a_wide_margin():
    frame = suspicions({True: 0.25, False: 0.25}, cases=200)
    assert suspicion_difference(frame, margin=0.15).verdict.verdict == "equivalent"
    assert suspicion_difference(frame, margin=0.01).verdict.verdict == "inconclusive"
    assert suspicion_difference(frame).verdict is None
