"""The verdict first, the paper's table with Overall three ways, figures that a strict page and a reader take."""

from __future__ import annotations

from xml.etree import ElementTree

import pandas as pd
import pytest

from studies.reporting.blocks.paper_table import paper_rows
from studies.reporting.build import full_report
from studies.reporting.document import document
from studies.reporting.facts import StudyFacts
from studies.reporting.plan import AnalysisPlan

COUNTS = {
    "Junior 0": (118, 71, 64, 45), "Junior 1": (91, 70, 91, 46), "Junior 2": (133, 25, 49, 91),
    "Senior 0": (146, 9, 36, 107), "Senior 1": (115, 66, 67, 50), "Senior 2": (79, 7, 103, 109),
}  # fmt: skip


@pytest.fixture(scope="module")
def paper():
    """Return the paper's counts as readings; which case was missed is made up, for the paper does not say."""
    rows = []
    for reader, (tp, fp, fn, tn) in COUNTS.items():
        answers = [(True, True)] * tp + [(True, False)] * fn + [(False, True)] * fp + [(False, False)] * tn
        numbers = {True: 0, False: 0}
        for truth, answer in answers:
            numbers[truth] += 1
            rows.append((reader, f"{'s' if truth else 'r'}{numbers[truth]}", truth, answer, reader.split()[0]))
    table = pd.DataFrame(rows, columns=["reader", "case", "truth", "answer", "group"])
    return full_report(table, AnalysisPlan(draws=100), code_version="1.0")


def test_overall_comes_three_ways_with_the_papers_numbers(paper):
    rows = {row.kind: row for row in paper_rows(paper.first, paper.plan)}
    pooled, readers, both = rows["pooled"], rows["readers"], rows["readers_and_cases"]
    assert pooled.counts == (682, 248, 410, 448)
    limits = pooled.of("accuracy").interval
    assert (round(limits.lower, 5), round(limits.upper, 5)) == (0.60938, 0.65404)
    limits = readers.of("accuracy").interval
    assert (round(limits.lower, 5), round(limits.upper, 5)) == (0.48031, 0.78367)
    assert round(readers.of("d_prime").value, 5) == 0.83106
    wide, narrow = both.of("accuracy").interval, pooled.of("accuracy").interval
    assert wide.upper - wide.lower > 3 * (narrow.upper - narrow.lower)
    assert round(both.of("accuracy").value, 5) == 0.63199
    assert both.of("f1").value == pytest.approx(0.67458, abs=1e-5)
    assert "ignores clustering" in pooled.label


def test_title_of_the_table_says_who_is_no_better_than_one_answer_for_all(paper):
    block = document(paper, StudyFacts("Paper")).block("table")
    assert block.title.startswith("3 of 6 readers did not do better")


def test_verdict_comes_first_and_claims_nothing_that_is_not_shown(paper):
    page = document(paper, StudyFacts("Paper"))
    assert page.headline == "It is not shown whether readers can or can't tell synthetic from real"
    assert page.blocks[0].key == "verdict"
    assert "readers and cases as samples" in page.numbers
    assert "same" not in page.headline


def test_every_figure_is_accessible_plain_svg(report):
    page = document(report, StudyFacts("Simulated"))
    drawn = [block for block in page.blocks if block.svg]
    expected = {"verdict", "forest", "roc", "agreement", "calibration", "order", "difficulty", "birads"}
    assert {block.key for block in drawn} == expected
    for block in drawn:
        assert "style=" not in block.svg
        assert "<style" not in block.svg
        root = ElementTree.fromstring(block.svg)
        assert root.get("role") == "img"
        names = root.get("aria-labelledby").split()
        texts = {element.get("id"): element.text for element in root if element.get("id") in names}
        assert all(texts[name] for name in names)
        assert block.numbers is not None
        assert block.numbers.rows


def test_identifiers_of_all_figures_are_different(report):
    blocks = document(report, StudyFacts("Simulated")).blocks
    ids = [
        element.get("id")
        for block in blocks if block.svg
        for element in ElementTree.fromstring(block.svg).iter() if element.get("id")
    ]  # fmt: skip
    assert len(ids) == len(set(ids))


def test_figures_are_the_same_bytes_when_drawn_twice(report):
    first, second = (document(report, StudyFacts("Simulated")) for _ in range(2))
    assert [block.svg for block in first.blocks] == [block.svg for block in second.blocks]


def test_area_above_point_eight_has_its_interval_on_the_logit_scale(table):
    found = full_report(table(mean=2.5), AnalysisPlan(levels=3, draws=100), code_version="1.0")
    effects = found.first.main.random_effects
    area = effects.estimates["auc"]
    assert area.estimate > 0.8
    assert area.shown_interval == area.interval_logit
    assert area.shown_interval.upper < 1


def test_marks_are_drawn_over_their_case_and_agreement_is_told(report):
    hard = report.first.difficulty.value[0].case
    mark = {"finding": "mass", "shape": "ellipse", "width": 20.0, "height": 10.0}
    marks = pd.DataFrame(
        [mark | {"reader": name, "case": hard, "x": x, "y": 50.0} for name, x in (("r1", 40.0), ("r2", 44.0))]
    )
    page = document(report, StudyFacts("x", picture_rows=256, picture_columns=208), marks)
    assert "100%" in page.block("marks").title
    picture = next(one for one in page.block("difficulty").pictures if one.case == hard)
    assert len(picture.marks) == 2


def test_early_looks_and_simulation_are_printed(report):
    page = document(report, StudyFacts("x", simulated=True, looks=("2 May, results",), deviation="another margin"))
    text = " ".join(page.warnings)
    assert "simulated" in text
    assert "2 May, results" in text
    assert "deviates from the locked plan: another margin" in text


def test_juniors_and_seniors_of_the_paper_are_compared(paper):
    found = paper.first.groups.value.difference
    assert (round(found.first, 3), round(found.second, 3)) == (0.586, 0.678)
    assert round(found.t, 3) == -0.741
    assert round(found.p, 4) == 0.4996
    assert "difference -0.092" in " ".join(document(paper, StudyFacts("Paper")).block("forest").method)
