"""Hard cases come first, and few readings count for little."""

import numpy as np
import pandas as pd
import pytest

from studies.statistics.difficulty import case_difficulty
from studies.statistics.errors import StatisticsError


def study(spread=1.5, *, readers=8, cases=60, seed=0):
    rng = np.random.default_rng(seed)
    ease = rng.normal(1, spread, cases)
    rows = []
    for case in range(cases):
        for reader in range(readers):
            truth = case % 2 == 0
            right = rng.random() < 1 / (1 + np.exp(-ease[case]))
            rows.append({"reader": reader, "case": case, "truth": truth, "answer": truth == right})
    return pd.DataFrame(rows), ease


def test_hardest_case_comes_first_and_order_follows_the_truth():
    frame, ease = study()
    found = case_difficulty(frame)
    shrunken = [case.shrunken for case in found]
    assert shrunken == sorted(shrunken, reverse=True)
    assert np.corrcoef(shrunken, [ease[int(case.case)] for case in found])[0, 1] < -0.7
    for case in found:
        assert case.interval.lower < case.shrunken < case.interval.upper


def test_shares_are_shrunken_toward_the_class_mean():
    frame, _ = study()
    for case in case_difficulty(frame):
        rows = frame[frame["truth"] == case.truth]
        mean = (rows["answer"] != rows["truth"]).mean()
        assert abs(case.shrunken - mean) <= abs(case.share_wrong - mean) + 1e-12


def test_cases_alike_are_shrunken_to_nearly_the_same():
    frame, _ = study(0.0)
    found = [case.shrunken for case in case_difficulty(frame) if case.truth]
    counted = [case.share_wrong for case in case_difficulty(frame) if case.truth]
    assert np.ptp(found) < np.ptp(counted) / 3


def test_all_right_stay_finite():
    frame, _ = study()
    found = case_difficulty(frame.assign(answer=frame["truth"]))
    assert all(0 <= case.shrunken < 0.01 for case in found)
    assert found[0].item_total is None


def test_readings_twice_are_refused():
    frame, _ = study()
    with pytest.raises(StatisticsError, match="same reader, case"):
        case_difficulty(pd.concat([frame, frame.iloc[:1]]))
