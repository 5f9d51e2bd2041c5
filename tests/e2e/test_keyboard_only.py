"""A case from the door to the score without a mouse: signing in, looking, marking, describing, answering."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import serious
from tests.e2e.running import PASSWORD, Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(autouse=True)
def no_mouse(clean_page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    """Break the mouse, so that no helper of the test can use it."""

    def used(*_: Any, **__: Any) -> None:
        raise AssertionError("the mouse was used")

    for name in ("click", "down", "move", "wheel"):
        monkeypatch.setattr(type(clean_page.mouse), name, used)


def tab_to(page: Page, selector: str, *, text: str = "", backward: bool = False) -> None:
    """Press Tab until the focus is on such an element."""
    for _ in range(80):
        page.keyboard.press("Shift+Tab" if backward else "Tab")
        if page.evaluate(
            "([selector, text]) => document.activeElement.matches(selector)"
            " && document.activeElement.textContent.includes(text)",
            [selector, text],
        ):
            return
    raise AssertionError(f"Tab does not lead to {selector} {text}")


def pressed(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def enter_room(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/accounts/sign-in/")
    tab_to(page, "input[name=username]")
    page.keyboard.type("reader1")
    tab_to(page, "input[type=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/")
    tab_to(page, 'a[href="/read/"]')
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/read/")
    study = page.locator(".reader-study", has_text="Demo reading").get_by_role("link")  # other tests add theirs
    tab_to(page, f'a[href="{study.get_attribute("href")}"]')
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Begin")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[data-count]")).to_have_text(re.compile(r"^1 of \d+$"))
    expect(page.locator("[data-questions] fieldset").first).to_be_enabled()


def test_a_case_is_read_marked_and_scored_without_a_mouse(clean_page: Page, site: Site) -> None:
    page = clean_page
    enter_room(page, site)

    words = page.locator("[data-viewer-window]").inner_text()
    pressed(page, "Space", "ArrowDown", "Shift+ArrowUp", "m", "ArrowLeft", "m", "q")
    expect(page.locator(".viewer-map [role=status]")).to_have_text(re.compile(r"^1 of \d+$"))
    assert page.locator("[data-viewer-window]").inner_text() != words
    pressed(page, "w", "f", "?")
    expect(page.locator(".key-card")).to_be_visible()
    assert serious(page) == []
    pressed(page, "Escape")
    expect(page.locator(".key-card")).to_be_hidden()

    pressed(page, "t", "x", "x", "x")  # a polygon
    expect(page.get_by_role("button", name="Polygon")).to_have_attribute("aria-pressed", "true")
    pressed(page, "Enter")
    for arrow in ("Shift+ArrowRight", "Shift+ArrowDown"):
        pressed(page, arrow, arrow, "Enter")
    pressed(page, "Enter")
    expect(page.locator(".mark[aria-label^='Mass 1, polygon']")).to_be_focused()
    pressed(page, "PageDown", "ArrowUp", "Escape", "+")
    expect(page.locator(".findings-list li")).to_have_count(1)
    tab_to(page, ".finding-words select")
    page.keyboard.type("Irr")
    expect(page.locator(".finding-words select").first).to_have_value("irregular")
    assert serious(page) == []

    pressed(page, "Escape")
    expect(page.locator(".marks .mark")).to_be_focused()
    pressed(page, "Escape", "y", "x", "x", "Enter", "Delete", "z", "Escape")
    expect(page.locator(".findings-list li")).to_have_count(2)
    pressed(page, "s", "2", "Shift+Digit4")
    expect(page.locator("[data-questions] input:checked")).to_have_count(3)
    with page.expect_response(lambda reply: "/responses/" in reply.url) as told:
        pressed(page, "Enter")
    sent = told.value.request.post_data_json
    assert told.value.status == 201
    assert [(mark["finding"], mark["shape"]) for mark in sent["marks"]] == [
        ("mass", "polygon"),
        ("asymmetry", "ellipse"),
    ]
    assert sent["marks"][0]["descriptors"] == {"shape": "irregular"}
    expect(page.locator("[data-count]")).to_have_text(re.compile(r"^2 of \d+$"))
    assert page.locator(".findings-list li").count() == 0
