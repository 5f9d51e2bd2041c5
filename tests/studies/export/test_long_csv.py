"""Files read back to what went in, run no formulas, and come out the same twice."""

import csv

import pytest

from studies.export.codebook import MEANINGS, codebook
from studies.export.long_csv import csv_lines
from studies.export.results_csv import COLUMNS, results_rows
from studies.statistics.report import report_from_counts
from tests.golden.table2 import COUNTS


def test_rows_read_back_with_quotes_commas_and_lines():
    rows = [["a,b", 'say "x"', "two\nlines"], [1, 2.5, None], [True, float("nan"), 3.0]]
    text = "".join(csv_lines(["p", "q", "r"], rows))
    assert list(csv.reader(text.splitlines(keepends=True))) == [
        ["p", "q", "r"], ["a,b", 'say "x"', "two\nlines"], ["1", "2.5", ""], ["true", "", "3"],
    ]  # fmt: skip


@pytest.mark.parametrize("risky", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"])
def test_text_that_a_spreadsheet_would_run_is_defused(risky):
    assert next(csv.reader([list(csv_lines(["a"], [[risky]]))[1]])) == ["'" + risky]


def test_negative_numbers_stay_numbers():
    assert list(csv_lines(["a"], [[-2]]))[1] == "-2\r\n"


def test_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match="row 1"):
        list(csv_lines(["a", "b"], [[1]]))


def test_codebook_covers_every_column_and_refuses_unknown_ones():
    book = codebook(list(MEANINGS), study="s", protocol_sha256="0" * 64)
    assert [column["name"] for column in book["columns"]] == list(MEANINGS)
    with pytest.raises(ValueError, match="mystery"):
        codebook(["mystery"], study="s", protocol_sha256="")


def test_results_have_readers_both_overalls_and_the_baseline():
    rows = results_rows(report_from_counts(COUNTS, margin=0.05))
    assert all(len(row) == len(COLUMNS) for row in rows)
    assert [row[0] for row in rows] == [*COUNTS, "Overall", "Overall", "Always synthetic"]
    assert rows == results_rows(report_from_counts(COUNTS, margin=0.05))
