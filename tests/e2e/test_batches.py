"""A batch in a real browser: asked for, drawn, sorted by keys, sent to a study; map and gallery."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import serious
from tests.e2e.running import Site, sign_in
from tests.e2e.viewer_screen import at_rest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
DRAWING_MS = 300_000  # a shared machine may be slow; an idle one needs some ten seconds a picture
# How many pixels of the map are colored.
COLORED = """(canvas) => {
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return pixels.reduce((sum, value, at) => sum + (at % 4 === 3 && value > 0 ? 1 : 0), 0);
}"""
PHONE = {"width": 390, "height": 844}


def ask(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/generate/batches/")
    page.get_by_label("Name").fill("Two for the pilot")
    page.get_by_label("First seed").fill("11")
    page.locator("[name=row-view]").first.select_option("MLO")
    page.locator("[name=row-count]").first.fill("2")
    expect(page.locator("#rows-total")).to_have_text("2")
    assert serious(page) == []
    page.get_by_role("button", name="Draw the batch").click()
    page.wait_for_url(re.compile(r"/generate/batches/[\w-]{22}/"))


def new_draft(page: Page, site: Site) -> None:
    """Copy the demo's study: a draft, whatever the way to a new study looks like."""
    page.goto(f"{site.url}/studies/")
    page.locator(".studies-title").first.click()
    page.wait_for_url(re.compile(r"/studies/[\w-]+/"))
    token = "document.querySelector('[name=csrfmiddlewaretoken]').value"
    body = f"new URLSearchParams({{title: 'For batches', csrfmiddlewaretoken: {token}}})"
    asked = f"fetch(location.pathname + 'copy/', {{method: 'POST', body: {body}}})"
    status = page.evaluate(f"{asked}.then((answer) => answer.status)")
    assert status == 200


def test_a_batch_is_sorted_by_keys_and_sent_to_a_study(clean_page: Page, site: Site) -> None:
    page = clean_page
    sign_in(page, site, "admin")
    new_draft(page, site)
    ask(page, site)
    cards = page.locator(".sheet-card")
    expect(cards).to_have_count(2)
    expect(cards.nth(1).locator(".sheet-scores")).to_contain_text("seams", timeout=DRAWING_MS)
    expect(cards.first.locator(".sheet-scores")).to_contain_text("seams", timeout=DRAWING_MS)
    assert serious(page) == []
    cards.first.click()
    page.keyboard.press("x")
    expect(cards.first).to_have_attribute("data-verdict", "rejected")
    expect(cards.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#large-title")).to_contain_text("seed 12")
    page.keyboard.press("a")
    expect(page.locator("#large-verdict")).to_have_text("Accepted")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("u")
    expect(cards.first).to_have_attribute("data-verdict", "open")
    page.keyboard.press("Escape")
    expect(page.locator("#sheet-count")).to_have_text("1 accepted")
    page.reload()
    expect(cards.nth(1)).to_have_attribute("data-verdict", "accepted")
    page.locator("#study").select_option(label="For batches")
    page.get_by_role("button", name="Add to the study").click()
    expect(page.get_by_text("1 image added.")).to_be_visible()


def test_a_map_lies_on_the_picture_and_follows_it(clean_page: Page, site: Site) -> None:
    page = clean_page
    sign_in(page, site, "admin")
    page.goto(f"{site.url}/library/?source=phantom")
    page.locator(".card-title").first.click()
    page.get_by_role("button", name="Where would healthy tissue differ").click()
    page.wait_for_url(re.compile(r"/generate/maps/[\w-]{22}/"))
    canvas = page.locator("#map-canvas")
    expect(page.locator("#map-controls")).to_be_visible(timeout=DRAWING_MS)
    expect(canvas).to_be_visible()
    least = canvas.evaluate(COLORED)
    assert least > 0
    page.locator("#map-threshold").fill("90")
    assert 0 < canvas.evaluate(COLORED) < least
    before = canvas.bounding_box()
    stage = page.locator("[data-viewer-picture]").bounding_box()
    assert before is not None
    assert stage is not None
    assert abs(before["height"] - stage["height"]) < 4  # the picture is fitted, and the map is as large
    page.mouse.move(stage["x"] + 100, stage["y"] + 100)
    page.mouse.wheel(0, -400)
    at_rest(page)
    after = canvas.bounding_box()
    assert after is not None
    assert after["height"] > 1.2 * before["height"]
    assert serious(page) == []


def test_the_gallery_fits_a_phone(clean_page: Page, site: Site) -> None:
    page = clean_page
    sign_in(page, site, "admin")
    page.set_viewport_size(PHONE)
    page.goto(f"{site.url}/gallery/")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert serious(page) == []
