"""A table of one's own: what is understood is said, what is wrong names columns and lines."""

from __future__ import annotations

import pytest

from studies.reporting.build import full_report
from studies.reporting.own_table import guessed_mapping, own_table, read_rows
from studies.reporting.plan import AnalysisPlan
from studies.statistics.errors import StatisticsError

GOOD = "Reader,Case,Truth,Answer,Score\na,1,real,real,-2\na,2,fake,fake,3\nb,1,real,fake,1\nb,2,fake,fake,2\n"
MAP = {"reader": "Reader", "case": "Case", "truth": "Truth", "answer": "Answer", "rating": "Score"}


def understood(text, mapping=None, **more):
    rows = read_rows(text)
    return own_table(rows, mapping or guessed_mapping(list(rows.columns)), **more)


@pytest.mark.parametrize("text", [GOOD, GOOD.replace(",", ";"), GOOD.replace(",", "\t"), "\ufeff" + GOOD])
def test_table_is_read_and_its_columns_are_guessed(text):
    found = understood(text, positive="fake")
    assert guessed_mapping(list(read_rows(text).columns)) == MAP
    assert found.table["truth"].tolist() == [False, True, False, True]
    assert found.table["answer"].tolist() == [False, True, True, True]
    assert found.levels == 3
    assert found.understood[1] == "4 readings of 2 cases by 2 readers"


def test_answers_follow_from_signed_ratings_and_that_is_said():
    found = understood(GOOD.replace("Answer", "Remark"), positive="fake")
    assert found.table["answer"].tolist() == [False, True, True, True]
    assert "a rating above 0 counts as “fake”" in " ".join(found.understood)
    assert "not used: Remark" in found.understood


@pytest.mark.parametrize(
    ("text", "message", "rows"),
    [
        (
            GOOD.replace("b,1,real,fake,1", "b,1,real,fake,high"),
            "Score, rows 4: got 'high', expected finite",
            (4,),
        ),
        (GOOD.replace("a,2,fake,fake", "a,2,,fake"), "Truth, rows 3: got no value", (3,)),
        (GOOD + "b,2,fake,fake,2\n", "rows 5, 6: got the same reader, case", (5, 6)),
        (GOOD.replace("b,1,real,fake", "b,1,fake,fake"), "truth, rows 2, 4: got both classes for case 1", (2, 4)),
        (GOOD.replace("b,2,fake,fake", "b,2,fake,perhaps"), "Answer, rows 5: got 'perhaps'", (5,)),
        (GOOD.replace("b,2,fake,fake,2", "b,2,fake"), "line 5: got 3 cells, expected 5", (5,)),
        (GOOD.replace("a,1,real", ",1,real"), "reader, rows 2: got no value", (2,)),
    ],
)
def test_bad_cell_is_refused_with_column_and_line(text, message, rows):
    with pytest.raises(StatisticsError, match=message) as caught:
        understood(text, positive="fake")
    assert caught.value.rows == rows


@pytest.mark.parametrize(
    ("text", "mapping", "message"),
    [
        ("", None, "line 1: got 0 column names"),
        ("a,a\n1,2\n", None, "column a twice"),
        ("reader,case\n", None, "header and no reading"),
        (GOOD, MAP | {"reader": "Who"}, "reader: got the column 'Who', expected one of Reader, Case"),
        (GOOD, MAP | {"color": "Case"}, "mapping: got color"),
        (GOOD, {"reader": "Reader", "case": "Case", "answer": "Answer"}, "expected also one for truth"),
        (GOOD, {"reader": "Reader", "case": "Case", "truth": "Truth"}, "expected also one for answer"),
        (GOOD.replace("real", "odd").replace("fake", "even"), MAP, "Truth: got even and odd; say which one"),
        (GOOD.replace("a,1,real", "a,3,third"), MAP, "expected exactly two classes"),
    ],
)
def test_bad_columns_are_refused_by_name(text, mapping, message):
    with pytest.raises(StatisticsError, match=message):
        understood(text, mapping)


def test_missing_answer_needs_a_threshold_where_ratings_are_not_signed():
    text = GOOD.replace("-2", "1").replace("Answer", "x")
    with pytest.raises(StatisticsError, match="give the threshold"):
        understood(text, positive="fake")
    assert understood(text, positive="fake", threshold=1.5).table["answer"].sum() == 2


def test_published_table_gives_the_published_areas(shared_data):
    text = (shared_data / "readers" / "iMRMC" / "input.csv").read_text()
    found = understood(text)
    report = full_report(found.table, AnalysisPlan(draws=100), code_version="1.0")
    areas = {name: one.estimate for name, one in report.comparison.value.modalities.items()}
    assert areas == pytest.approx({"testA": 0.704375, "testB": 0.7585}, abs=1e-9)
    assert report.comparison.value.difference.variance == pytest.approx(0.00498950905, abs=1e-9)
