"""A table that can't be computed with is refused with column and rows."""

import numpy as np
import pandas as pd
import pytest

from studies.statistics.checks import (
    boolean_array,
    booleans,
    numbers,
    require_columns,
    require_one_truth,
    require_unique,
)
from studies.statistics.errors import StatisticsError


def test_missing_column_is_named_with_what_was_got():
    with pytest.raises(StatisticsError, match="got reader, trouth; expected also truth") as caught:
        require_columns(pd.DataFrame({"reader": ["a"], "trouth": [True]}), ["reader", "truth"])
    assert caught.value.column == "truth"


def test_case_without_truth_is_refused_by_row():
    with pytest.raises(StatisticsError, match="truth, rows 1: got no value") as caught:
        booleans(pd.DataFrame({"truth": [True, None]}), "truth")
    assert caught.value.rows == (1,)


@pytest.mark.parametrize("values", [[1, 0], [True, False], [1.0, 0.0], pd.array([True, False], dtype="boolean")])
def test_booleans_and_zero_and_one_are_taken(values):
    assert booleans(pd.DataFrame({"truth": values}), "truth").tolist() == [True, False]


@pytest.mark.parametrize("values", [[1, 0], [True, False], [1.0, 0.0], pd.Series([True, False], dtype=object)])
def test_an_array_of_booleans_or_of_zero_and_one_is_taken(values):
    assert boolean_array(values, "answer").tolist() == [True, False]


@pytest.mark.parametrize(("values", "got"), [([1, 2], "2"), (["real", "real"], "'real'"), ([True, None], "None")])
def test_any_other_array_is_refused_by_name(values, got):
    with pytest.raises(StatisticsError, match=f"answer: got {got}, expected booleans"):
        boolean_array(values, "answer")


def test_other_truth_is_refused():
    with pytest.raises(StatisticsError, match="truth, rows 1: got 'maybe', expected true or false"):
        booleans(pd.DataFrame({"truth": [True, "maybe"]}), "truth")


def test_rating_that_is_no_number_is_refused_by_row():
    frame = pd.DataFrame({"rating": ["1", "two", None, "inf"]}, index=[10, 11, 12, 13])
    with pytest.raises(StatisticsError, match="rating, rows 11, 13: got 'two', expected finite numbers"):
        numbers(frame, "rating")


def test_blank_rating_is_nan():
    assert np.isnan(numbers(pd.DataFrame({"rating": [1.0, None]}), "rating")).tolist() == [False, True]


def test_double_rows_are_refused_by_row_and_counted():
    frame = pd.DataFrame({"reader": ["a"] * 8, "case": [1] * 8})
    with pytest.raises(StatisticsError, match="rows 0, 1, 2, 3, 4 and 3 more: got the same reader, case"):
        require_unique(frame, ["reader", "case"])


def test_case_of_both_classes_is_refused_by_name():
    with pytest.raises(StatisticsError, match="got both classes for case c1"):
        require_one_truth(pd.DataFrame({"case": ["c1", "c1", "c2"], "truth": [True, False, True]}))
