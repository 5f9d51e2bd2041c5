"""The balance table counts each value in each class and says how far the classes are apart."""

from __future__ import annotations

import math

import pytest

from studies.design.balance import balance


def test_balance_counts_and_standardizes():
    rows = balance(["CC", "CC", "MLO", "MLO", "MLO", "MLO"], [False, True, False, False, True, True])
    assert [(row.value, row.original, row.synthetic, row.total) for row in rows] == [
        ("CC", 1, 1, 2),
        ("MLO", 2, 2, 4),
    ]
    assert [row.difference for row in rows] == [0.0, 0.0]
    assert not any(row.notable for row in rows)


def test_difference_is_that_of_the_formula():
    row = balance(["x"] * 6 + ["y"] * 4 + ["x"] * 2 + ["y"] * 8, [False] * 10 + [True] * 10)[0]
    assert row.difference == pytest.approx((0.2 - 0.6) / math.sqrt((0.24 + 0.16) / 2))
    assert row.notable


def test_classes_without_a_common_value_are_infinitely_apart():
    rows = balance(["a", "b"], [False, True])
    assert [row.difference for row in rows] == [-math.inf, math.inf]


def test_unknown_values_come_last_and_an_empty_class_has_no_difference():
    rows = balance(["", "4"], [False, False])
    assert [(row.value, row.difference) for row in rows] == [("4", None), ("", None)]
