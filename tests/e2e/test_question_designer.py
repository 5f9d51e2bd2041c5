"""A draft's questions, changed in a real browser and tried as a reader would."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import serious
from tests.e2e.running import Site, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def make_draft(page: Page, site: Site) -> str:
    """Make a draft with every phase and return its address."""
    page.goto(f"{site.url}/studies/new/")
    page.get_by_label("Title").fill("Asked in a browser")
    page.get_by_label("As in the paper, with all phases").check()
    page.get_by_role("button", name="Make the draft").click()
    page.wait_for_url("**/setup/cases/")
    return page.url.removesuffix("setup/cases/")


def test_a_condition_is_made_and_tried_in_the_preview(page: Page, site: Site) -> None:
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.set_default_timeout(20_000)
    sign_in(page, site, "admin")
    address = make_draft(page, site)
    page.goto(f"{address}setup/protocol/")
    page.get_by_role("link", name="Change the questions").click()
    preview = page.locator("[data-preview]")
    expect(preview.get_by_text("Is this image real or synthetic?")).to_be_visible()

    page.locator("[name=preset][value=text]").click()
    page.get_by_label("What is asked").fill("What gave it away?")
    page.get_by_text("Ask only after certain answers").click()
    page.get_by_role("checkbox", name="Synthetic").check()
    page.keyboard.press("Enter")
    expect(page.get_by_text("asked only after Synthetic")).to_be_visible()
    expect(preview.get_by_label("What gave it away?")).to_be_hidden()
    preview.get_by_label("Synthetic", exact=True).check(force=True)
    expect(preview.get_by_label("What gave it away?")).to_be_visible()
    preview.get_by_role("button", name="Next").click()
    expect(preview.get_by_text("Not answered yet.").first).to_be_visible()

    page.get_by_role("link", name="Change: How sure are you?").click()
    page.get_by_label("Key of option 3").fill("2")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("has the key")
    assert serious(page) == []
    for part in ("Before the cases", "After the cases"):
        page.get_by_role("link", name=part).click()
        assert serious(page) == []
    page.goto(f"{address}cases/phases/")
    assert serious(page) == []
    assert problems == []
