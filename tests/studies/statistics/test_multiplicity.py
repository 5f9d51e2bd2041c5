"""Holm's p values agree with statsmodels, in whatever order they come."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from studies.statistics.multiplicity import holm


@settings(max_examples=8)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_agrees_with_statsmodels(values):
    found = holm({f"reader {number}": p for number, p in enumerate(values)})
    assert list(found.values()) == pytest.approx(multipletests(values, method="holm")[1], abs=1e-12)


def test_p_out_of_range_is_refused_by_name():
    with pytest.raises(ValueError, match=r"p of A: got 1\.2"):
        holm({"A": 1.2})
