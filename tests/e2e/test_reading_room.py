"""Recording in a real browser: nothing is lost or doubled, whatever the network, the tab and the sign-in do."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.e2e.running import Site, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
ANSWERS = "**/api/r/responses/**"


@pytest.fixture
def room(page: Page, site: Site, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The demo study's reading room at its first image; the test fails on any script error.

    Each test reads as another reader, so that none depends on how far another came.
    """
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.set_default_timeout(20_000)
    sign_in(page, site, request.param)
    page.goto(f"{site.url}/read/")
    page.locator(".reader-study", has_text="Demo reading").get_by_role("link").click()
    page.get_by_role("button", name="Begin").click()
    at_image(page, 1)
    yield page
    assert problems == []


def at_image(page: Page, number: int) -> None:
    expect(page.locator("[data-count]")).to_have_text(re.compile(rf"^{number} of \d+$"))
    expect(page.locator("[data-questions] fieldset").first).to_be_enabled()


def answer(page: Page, origin: str = "r") -> None:
    """Answer the present case by keys alone."""
    for key in (origin, "2", "Shift+Digit4"):
        page.keyboard.press(key)
    expect(page.locator("[data-questions] input:checked")).to_have_count(3)
    page.keyboard.press("Enter")


def draw_mass(page: Page) -> None:
    box = page.locator("[data-viewer-picture]").bounding_box()
    assert box is not None
    page.keyboard.press("t")
    page.mouse.move(box["x"] + 100, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 250, steps=4)
    page.mouse.up()


@pytest.mark.parametrize("room", ["reader2"], indirect=True)
def test_answers_survive_reload_lost_connection_and_sign_out(room: Page, context: BrowserContext) -> None:
    room.keyboard.press("s")
    room.keyboard.press("Enter")  # two answers are missing: they are named, and nothing is sent
    expect(room.get_by_text("Not answered yet.")).to_have_count(2)
    draw_mass(room)
    expect(room.locator(".findings-list li")).to_have_count(1)
    room.reload()
    at_image(room, 1)
    expect(room.locator("input[name=origin]:checked")).to_have_attribute("aria-label", "Synthetic")
    expect(room.locator(".findings-list li")).to_have_count(1)
    answer(room, "s")
    at_image(room, 2)
    expect(room.locator("[data-record]")).to_have_text("saved ✓")

    context.set_offline(True)
    answer(room)
    expect(room.locator("[data-record]")).to_have_text("1 answer kept here, not yet sent")
    context.set_offline(False)
    at_image(room, 3)

    cookies = context.cookies()
    context.clear_cookies()
    answer(room)
    expect(room.get_by_role("link", name="Sign in")).to_be_visible()
    context.add_cookies(cookies)  # type: ignore[arg-type]
    room.evaluate("window.dispatchEvent(new Event('online'))")
    at_image(room, 4)


@pytest.mark.parametrize("room", ["reader3"], indirect=True)
def test_a_lost_reply_and_a_second_tab_store_one_answer(room: Page, context: BrowserContext, site: Site) -> None:
    second = context.new_page()
    second.goto(room.url)
    expect(second.get_by_role("heading", name="Open in another tab")).to_be_visible()
    second.close()

    def swallow(route: Route) -> None:
        """Let the server store the answer and lose its reply."""
        route.fetch()
        route.abort()

    room.route(ANSWERS, swallow, times=1)
    with room.expect_event("requestfailed"):
        answer(room)
    room.reload()
    at_image(room, 2)
    room.goto(f"{site.url}/read/")
    expect(room.locator(".reader-study", has_text="Demo reading")).to_contain_text("1 of ")
