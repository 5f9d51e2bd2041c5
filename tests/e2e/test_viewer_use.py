"""The viewer under the hand: window, keys, failures. The page's policy is the site's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.viewer_screen import FULL, differences, gray_of, open_picture, settle, shown
from tests.e2e.viewer_site import ViewerSite, call, serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def viewer_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ViewerSite]:
    """The viewer's own small site."""
    with serving(ViewerSite(tmp_path_factory.mktemp("packs"))) as site:
        yield site


@pytest.fixture
def manifest(viewer_site: ViewerSite) -> dict[str, Any]:
    """A noisy square of 2000 px with known spacing."""
    pixels = np.random.default_rng(2).integers(10000, 50000, (2000, 2000)).astype(np.uint16)
    return viewer_site.add(pixels, bits=16, window=FULL, spacingMm=[0.1, 0.1], spacingKind="calibrated")


def state(page: Page) -> dict[str, Any]:
    page.wait_for_timeout(100)
    return page.evaluate("viewer.state()")


def test_right_drag_changes_the_window_without_a_request(
    clean_page: Page, viewer_site: ViewerSite, manifest: dict[str, Any]
) -> None:
    open_picture(clean_page, viewer_site, manifest)
    settle(clean_page)
    asked = len(viewer_site.requests)
    clean_page.mouse.move(300, 300)
    clean_page.mouse.down(button="right")
    clean_page.mouse.move(200, 250, steps=5)
    clean_page.mouse.up(button="right")
    after = state(clean_page)["window"]
    assert after["width"] < FULL["width"]  # left: narrower
    assert after["center"] < FULL["center"]  # up: brighter
    assert len(viewer_site.requests) == asked
    call(clean_page, "reset")
    assert state(clean_page)["window"] == FULL


def test_wheel_zooms_at_the_pointer_and_drag_moves_with_the_hand(
    clean_page: Page, viewer_site: ViewerSite, manifest: dict[str, Any]
) -> None:
    open_picture(clean_page, viewer_site, manifest)
    clean_page.mouse.move(400, 300)
    before = clean_page.evaluate("viewer.toPicture(400, 300)")
    clean_page.mouse.wheel(0, -300)
    clean_page.wait_for_timeout(400)
    after = clean_page.evaluate("viewer.toPicture(400, 300)")
    assert abs(after["x"] - before["x"]) < 1
    assert abs(after["y"] - before["y"]) < 1
    clean_page.mouse.down()
    clean_page.mouse.move(430, 340, steps=3)
    clean_page.mouse.up()
    moved = clean_page.evaluate("viewer.toPicture(430, 340)")
    assert abs(moved["x"] - before["x"]) < 1
    assert abs(moved["y"] - before["y"]) < 1


def test_keys_act_only_while_the_viewer_has_the_focus(
    clean_page: Page, viewer_site: ViewerSite, manifest: dict[str, Any]
) -> None:
    open_picture(clean_page, viewer_site, manifest)
    clean_page.keyboard.press("i")
    assert state(clean_page)["inverted"] is False
    call(clean_page, "focus")
    clean_page.keyboard.press("i")
    clean_page.keyboard.press("a")
    assert state(clean_page)["inverted"] is True
    assert clean_page.locator("[data-viewer-zoom]").inner_text() == "1:1"
    assert clean_page.locator("[data-viewer-length]").inner_text() == "1 cm"


def test_card_of_keys_changes_a_key_and_keeps_it(
    clean_page: Page, viewer_site: ViewerSite, manifest: dict[str, Any]
) -> None:
    open_picture(clean_page, viewer_site, manifest)
    call(clean_page, "focus")
    clean_page.keyboard.press("?")
    clean_page.get_by_role("button", name="Invert: I. Change").click()
    clean_page.keyboard.press("x")
    clean_page.keyboard.press("Escape")
    clean_page.keyboard.press("x")
    assert state(clean_page)["inverted"] is True
    open_picture(clean_page, viewer_site, manifest)
    call(clean_page, "focus")
    clean_page.keyboard.press("x")
    assert state(clean_page)["inverted"] is True


def test_a_tile_that_fails_is_hatched_and_can_be_asked_for_again(
    page: Page, viewer_site: ViewerSite, manifest: dict[str, Any]
) -> None:
    alias = manifest["tiles"].split("/")[2]
    top = manifest["maxLevel"] - 1  # what a fitted view of 2000 px shows
    viewer_site.broken.add(f"{top}/1_1")
    open_picture(page, viewer_site, manifest)
    assert state(page)["missing"] == 1
    assert page.locator(".missing-tiles rect").count() == 1
    assert "1 part of the picture did not load." in page.locator("[data-viewer-failed]").inner_text()
    viewer_site.broken.clear()
    page.get_by_role("button", name="Retry").click()
    settle(page)
    assert state(page)["missing"] == 0
    assert not page.locator("[data-viewer-failed]").is_visible()
    assert [path for path in viewer_site.requests if alias in path][-1].endswith(f"/{top}/1_1")


def test_a_lost_graphics_context_goes_on_in_the_same_window(
    clean_page: Page, viewer_site: ViewerSite, manifest: dict[str, Any]
) -> None:
    open_picture(clean_page, viewer_site, manifest)
    call(clean_page, "setWindow", {"center": 30000, "width": 20000})
    before = shown(clean_page)
    clean_page.evaluate(
        "document.querySelector('.openseadragon-canvas canvas').getContext('webgl2')"
        ".getExtension('WEBGL_lose_context').loseContext()"
    )
    clean_page.wait_for_timeout(300)
    after = shown(clean_page)
    assert np.abs(before.astype(int) - after).mean() < 3  # blends grays, not values
    assert state(clean_page)["window"]["center"] == 30000


def test_one_to_one_is_one_device_pixel_on_a_dense_screen(
    browser: Browser, viewer_site: ViewerSite, manifest: dict[str, Any]
) -> None:
    context = browser.new_context(viewport={"width": 700, "height": 500}, device_scale_factor=2)
    page = context.new_page()
    open_picture(page, viewer_site, manifest)
    call(page, "oneToOne")
    screen = shown(page)
    origin = page.evaluate("viewer.toScreen(0, 0)")
    pixels = np.random.default_rng(2).integers(10000, 50000, (2000, 2000)).astype(np.uint16)
    expected = gray_of(pixels, FULL)
    corners = [
        (round(2 * origin["x"] + dx), round(2 * origin["y"] + dy)) for dx in (-0.01, 0.01) for dy in (-0.01, 0.01)
    ]
    assert min(differences(screen, expected, x, y) for x, y in corners) == 0
    context.close()
