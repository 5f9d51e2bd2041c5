"""The picture grows on the screen while somebody looks at it closely."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Request, expect

from tests.e2e.running import Site, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
DRAWING_MS = 300_000  # a shared machine may be slow; an idle one needs some twenty seconds


def tile_of(url: str) -> str:
    """Return alias and tile of an address, without its revision."""
    parts = url.split("/t/", 1)[1].split("?")[0].split("/")
    return f"{parts[0]} {parts[3]}/{parts[4]}"


def test_patches_come_while_one_zooms_and_the_view_stays(page: Page, site: Site) -> None:
    opened: list[str] = []
    tiles: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/picture/growing/"):
            opened.append(request.url)
        if "?r=" in request.url:
            tiles.append(request.url)

    page.on("request", note)
    sign_in(page, site, "demo")
    page.goto(f"{site.url}/generate/")
    page.get_by_label("Seed", exact=True).fill("42")
    page.get_by_text("More", exact=True).click()
    page.get_by_label("Steps").fill("60")
    page.get_by_role("button", name="Draw").click()
    page.wait_for_url(re.compile(r"/generate/[\w-]{22}/"))
    expect(page.locator("#status-text")).to_contain_text("detail", timeout=DRAWING_MS)
    page.wait_for_timeout(1500)
    stage = page.locator(".generate-stage .openseadragon-canvas")
    stage.click()
    page.keyboard.press("a")
    zoom = page.locator(".generate-stage [data-viewer-zoom]")
    expect(zoom).to_have_text(re.compile(r"1:1|100 ?%"))
    late = page.context.new_page()  # somebody who comes late sees what there is, and follows from there
    came: list[str] = []
    late.on("request", lambda request: came.append(request.url))
    late.goto(page.url)
    expect(page.get_by_role("link", name="Save PNG")).to_be_visible(timeout=DRAWING_MS)
    expect(late.get_by_role("link", name="Save PNG")).to_be_visible(timeout=DRAWING_MS)
    assert any(url.endswith("/picture/growing/") for url in came)
    assert len({url for url in came if "?r=" in url}) >= 2
    page.wait_for_timeout(1500)
    expect(zoom).to_have_text(re.compile(r"1:1|100 ?%"))
    # One picture grew: it was opened, brought up to date at most twice, and then its tiles came as they changed.
    assert 1 <= len(opened) <= 3
    assert len(tiles) >= 4
    assert len({tile_of(url) for url in tiles}) < len(tiles) == len(set(tiles))
