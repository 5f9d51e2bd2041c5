"""Fleiss and Gwet: published values with gaps, statsmodels without."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats import inter_rater

from studies.statistics.agreement import fleiss_kappa, gwet_ac1
from studies.statistics.errors import StatisticsError
from tests.studies.statistics.agreement.conftest import rows

# Fleiss, Psychol. Bull. 76 (1971): the textbook table of 10 subjects, 14 raters, 5 categories, kappa .210
SUBJECTS = [
    (0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0), (3, 2, 6, 3, 0), (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7),
]  # fmt: skip


def test_gwets_published_coefficients_and_errors_with_gaps_are_met(observers):
    # Gwet's R package irrCAC on these data: Fleiss .76117 (.15302), AC1 .77544 (.14295)
    fleiss, gwet = fleiss_kappa(observers), gwet_ac1(observers)
    assert (round(fleiss.value, 5), round(fleiss.standard_error, 5)) == (0.76117, 0.15302)
    assert (round(gwet.value, 5), round(gwet.standard_error, 5)) == (0.77544, 0.14295)


def test_fleiss_textbook_table_is_met():
    answers = np.array([np.repeat(range(5), counts) for counts in SUBJECTS])
    found = fleiss_kappa(rows(*answers.T.tolist()))
    assert round(found.value, 3) == 0.210
    assert found.value == pytest.approx(inter_rater.fleiss_kappa(np.array(SUBJECTS)))


@settings(max_examples=25)
@given(st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=4, max_size=15))
def test_fleiss_agrees_with_statsmodels_and_ignores_names_and_order(answers):
    frame = rows(*np.array(answers).T.tolist())
    found = fleiss_kappa(frame, categories=range(4))
    if found.value is None:
        assert len(np.unique(answers)) == 1
        return
    counts = inter_rater.aggregate_raters(np.array(answers), n_cat=4)[0]
    assert found.value == pytest.approx(inter_rater.fleiss_kappa(counts), abs=1e-9)
    renamed = frame.assign(answer="x" + frame["answer"].astype(str)).sample(frac=1, random_state=1)
    assert fleiss_kappa(renamed).value == pytest.approx(found.value)


def test_nearly_all_alike_leave_gwet_high_where_kappa_falls():
    first, second = [1] * 48 + [1, 0], [1] * 48 + [0, 1]
    assert fleiss_kappa(rows(first, second)).value < 0
    assert gwet_ac1(rows(first, second)).value > 0.9


def test_all_alike_leave_kappa_undefined_and_gwet_one():
    frame = rows([1, 1, 1], [1, 1, 1])
    assert fleiss_kappa(frame).note == "not defined: all answers are the same"
    assert gwet_ac1(frame, categories=[0, 1]).value == 1


def test_answer_that_is_no_category_is_refused_by_row():
    with pytest.raises(StatisticsError, match="answer, rows 1: got 7, expected one of 0, 1"):
        fleiss_kappa(rows([0, 7]), categories=[0, 1])


def test_two_answers_of_a_reader_to_a_case_are_refused():
    frame = rows([0, 1])
    with pytest.raises(StatisticsError, match="got the same reader, case more than once"):
        fleiss_kappa(frame.assign(case=0))


def test_answers_without_an_order_are_refused():
    with pytest.raises(StatisticsError, match="answer: got answers of several kinds"):
        fleiss_kappa(rows([0, "one"]))
