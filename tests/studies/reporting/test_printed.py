"""The report as one file in a real browser: nothing is cut on a desk's screen, nor on paper."""

from __future__ import annotations

import re

import pytest

from studies.reporting.document import document
from studies.reporting.facts import StudyFacts
from studies.views.report_page import report_file

pytestmark = pytest.mark.browser
UPRIGHT, ACROSS = (596, 843), (843, 596)  # A4 in points, as Chromium rounds it up


@pytest.fixture
def opened(page, report, tmp_path):
    """The report of a simulated study, opened from a file."""
    file = tmp_path / "report.html"
    file.write_text(report_file(document(report, StudyFacts("A study"))), encoding="utf-8")
    page.goto(file.as_uri())
    return page


@pytest.mark.parametrize("width", [1440, 2560])
def test_no_table_is_wider_than_its_panel(opened, width):
    opened.set_viewport_size({"width": width, "height": 900})
    wide = opened.evaluate(
        "[...document.querySelectorAll('.report-table')].map(one => one.parentElement)"
        ".filter(one => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1).map(one => one.className)"
    )
    assert wide == []
    assert opened.evaluate("document.documentElement.scrollWidth") == width


def test_paper_has_one_page_across_for_the_table_and_the_rest_upright(opened):
    printed = opened.pdf(format="A4", print_background=True, prefer_css_page_size=True)
    sizes = [tuple(round(float(side)) for side in box) for box in _boxes(printed)]
    assert 8 <= len(sizes) <= 16
    assert sizes.count(ACROSS) == 1
    assert sizes.count(UPRIGHT) == len(sizes) - 1


def _boxes(printed: bytes) -> list[tuple[str, str]]:
    found = re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]", printed)
    return [(width.decode(), height.decode()) for width, height in found]
