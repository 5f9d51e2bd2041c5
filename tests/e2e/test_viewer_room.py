"""The viewer inside a study: the tools that help to look, and none that knows more than the protocol."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Response, expect

from tests.e2e.running import PASSWORD, Site, run_inside, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
# A reader whom no other test reads as: a room that is open elsewhere asks first, and the browser logs the refusal.
READER = f"""
from studies.models.study import Study
from studies.services.enrolment import reader_enrol
from webapp.accounts.models import Role, User
User.objects.create_user("reader-of-tools", password={PASSWORD!r}, role=Role.READER)
study = Study.objects.get(title="Demo reading")
reader_enrol(study, "reader-of-tools", study.created_by)
"""
OFFICE = ("ruler", "localContrast", "trueSize", "autoWindow")


def test_reading_room_has_the_magnifier_and_the_walk_but_no_tool_of_the_office(
    clean_page: Page, site: Site
) -> None:
    page = clean_page
    told: list[Response] = []
    page.on("response", lambda response: told.append(response) if "/next/" in response.url else None)
    run_inside(site, READER)
    sign_in(page, site, "reader-of-tools")
    page.goto(f"{site.url}/read/")
    page.locator(".reader-study", has_text="Demo reading").get_by_role("link").click()
    page.get_by_role("button", name="Begin").click()
    expect(page.locator("[data-count]")).to_have_text(re.compile(r"^\d+ of \d+$"))
    expect(page.locator("[data-questions] fieldset").first).to_be_enabled()

    for name in OFFICE:
        expect(page.locator(f"[data-viewer-action={name}]")).to_be_hidden()
    words = page.locator("[data-viewer-window]").inner_text()
    for key in ("d", "e", "o", "p", "g", "l"):
        page.keyboard.press(key)
    page.wait_for_timeout(300)
    assert page.locator("[data-viewer-window]").inner_text() == words
    expect(page.locator(".viewer-overlay.measuring")).to_have_count(0)

    page.keyboard.press("m")
    expect(page.locator(".viewer-lens")).to_be_visible()
    page.keyboard.press("m")
    expect(page.locator(".viewer-lens")).to_be_hidden()
    page.keyboard.press("q")
    expect(page.locator("[data-viewer-zoom]")).to_have_text("1:1")
    expect(page.locator(".viewer-map [role=status]")).to_have_text(re.compile(r"^1 of \d+$"))
    page.keyboard.press("f")

    for picture in [trial["image"] for trial in (response.json() for response in told)]:
        assert (picture["spacingMm"], picture["spacingKind"], picture["presets"]) == (None, "", [])
