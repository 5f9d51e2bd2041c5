"""The peers of the statistics benchmark compute what ours does."""

from __future__ import annotations

import pytest

from bench.statistics import _jackknife, _literal, _study
from studies.statistics.mrmc import u_statistics


def test_literal_loop_is_the_unbiased_variance() -> None:
    frame = _study(3, 8)
    assert _literal(frame) == pytest.approx(u_statistics(frame).modalities["A"].variance_unbiased)


def test_plain_jackknife_leaves_out_each_case_of_each_cell() -> None:
    assert len(_jackknife(_study(3, 8))) == 2 * 3 * 8
