"""Two pictures at once in a real browser: they move together, a key names one, and the result tells of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.running import Site, run_inside, sign_in
from tests.e2e.test_reading_room import at_image
from tests.e2e.viewer_screen import at_rest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
READER = "reader1"
TITLE = "Which of the two"
MAKE = f"""
from studies.design.starting_points import STARTING_POINTS
from studies.services.cases import asset_build, cases_add
from studies.services.enrolment import reader_enrol
from studies.services.lifecycle import study_create, study_lock, study_open
from webapp.accounts.models import User
from webapp.imaging.models import Image
owner = User.objects.get(username="admin")
body = next(point for point in STARTING_POINTS if point.key == "pairs").make()
study = study_create(title={TITLE!r}, owner=owner, protocol=body)
images = [*Image.objects.filter(source="phantom")[:2], *Image.objects.filter(source="generated")[:2]]
for asset in cases_add(study, [image.token for image in images], owner):
    asset_build(asset.pk)
reader_enrol(study, {READER!r}, owner)
study_lock(study, owner)
study_open(study, owner)
"""
END = f"""
from studies.models.study import Study
from studies.services.lifecycle import study_close, study_unblind
study = Study.objects.get(title={TITLE!r})
print(study_unblind(study_close(study, study.created_by), study.created_by).slug)
"""


def scales(page: Page) -> list[str]:
    """The scale that each picture says it is shown at."""
    return [text.split("%")[0] for text in page.locator("[data-viewer]").all_inner_texts()]


def test_pairs_are_read_and_end_in_a_result(clean_page: Page, site: Site) -> None:
    page = clean_page
    run_inside(site, MAKE)
    sign_in(page, site, READER)
    page.goto(f"{site.url}/read/")
    page.locator(".reader-study", has_text=TITLE).get_by_role("link").click()
    page.get_by_role("button", name="Begin").click()
    at_image(page, 1)
    panes = page.locator("[data-viewer-picture]")
    expect(panes).to_have_count(2)
    before = scales(page)
    box = panes.last.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, -400)
    at_rest(page)
    after = scales(page)
    assert after[0] == after[1] != before[1]  # the other follows the one in the hand
    for number in (1, 2):
        at_image(page, number)
        page.keyboard.press("l")
        page.keyboard.press("3")
        page.keyboard.press("Enter")
    page.wait_for_url("**/done/")
    slug = run_inside(site, END).split()[-1]
    sign_in(page, site, "admin")
    page.goto(f"{site.url}/studies/{slug}/results/")
    row = page.locator("tbody tr").first
    expect(row.locator("td").first).to_have_text("2")
    expect(row.locator("td").last).to_have_text("1.000")  # always left
    expect(row.locator("td").nth(1)).to_have_text("1")  # which is right once in two: the sides are in balance
