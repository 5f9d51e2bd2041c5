"""The mixed model finds which of readers and cases differ."""

import numpy as np
import pandas as pd
import pytest

from studies.statistics.crossed_effects import crossed_effects
from studies.statistics.errors import StatisticsError


def study(reader_sd, case_sd, seed=0, readers=10, cases=100):
    rng = np.random.default_rng(seed)
    reader, case = rng.normal(0, reader_sd, readers), rng.normal(0, case_sd, cases)
    rows = []
    for r in range(readers):
        for c in range(cases):
            right = rng.random() < 1 / (1 + np.exp(-(0.8 + reader[r] + case[c])))
            rows.append({"reader": r, "case": c, "truth": c % 2 == 0, "answer": (c % 2 == 0) == right})
    return pd.DataFrame(rows)


def test_the_larger_spread_is_found_where_it_is():
    readers, cases = crossed_effects(study(1.2, 0.1)), crossed_effects(study(0.1, 1.2))
    assert readers.reader_sd > 2 * readers.case_sd
    assert cases.case_sd > 2 * cases.reader_sd
    assert cases.accuracy_real == pytest.approx(1 / (1 + np.exp(-0.8)), abs=0.1)


def test_same_frame_gives_the_same_fit():
    frame = study(0.5, 0.5)
    assert crossed_effects(frame) == crossed_effects(frame)


def test_one_reader_is_refused():
    with pytest.raises(StatisticsError, match="got 1 readers and 100 cases"):
        crossed_effects(study(1, 1, readers=1))


def test_all_right_are_undefined_with_a_word():
    found = crossed_effects(study(1, 1).assign(answer=lambda rows: rows["truth"]))
    assert (found.reader_sd, found.note) == (None, "not defined: all answers are right, or all wrong")
