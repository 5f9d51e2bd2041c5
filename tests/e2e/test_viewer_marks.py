"""Marks in a real browser: drawn by hand and by keys, changed, and lying where the picture is at every zoom."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from studies.design.lexicon import finding_options
from studies.design.marks import marks_check
from tests.e2e.viewer_screen import FULL, open_picture, shown
from tests.e2e.viewer_site import ViewerSite, call, serving

pytestmark = pytest.mark.browser
SIZE = 2000
QUESTIONS = [{"key": "marks", "kind": "marks", "options": finding_options()}]


@pytest.fixture(scope="module")
def viewer_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ViewerSite]:
    """The viewer's own small site."""
    with serving(ViewerSite(tmp_path_factory.mktemp("packs"))) as site:
        yield site


@pytest.fixture(scope="module")
def manifest(viewer_site: ViewerSite) -> dict[str, Any]:
    """A dark picture with one bright rectangle, x 700 to 1030 and y 610 to 830; spacing known."""
    pixels = np.full((SIZE, SIZE), 8000, np.uint16)
    pixels[610:830, 700:1030] = 60000
    return viewer_site.add(pixels, bits=16, window=FULL, spacingMm=[0.1, 0.1], spacingKind="calibrated")


def marks(page: Page) -> list[dict[str, Any]]:
    """Return the marks, which the server must take as they are."""
    made: list[dict[str, Any]] = page.evaluate("viewer.marks.list()")
    marks_check(QUESTIONS, made, rows=SIZE, columns=SIZE)
    return made


def drag(page: Page, *places: tuple[int, int]) -> None:
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up()


def tool(page: Page, key: str, shape: str) -> None:
    """Take a finding's tool in this shape, by keys."""
    call(page, "focus")
    page.keyboard.press(key)
    for _ in range(5):
        if page.evaluate("viewer.marks.shape") == shape:
            return
        page.keyboard.press("x")
    raise AssertionError(f"no key leads to {shape}")


def label(page: Page) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('aria-label')"))


def test_marks_are_drawn_by_drag_and_moved_by_keys(
    clean_page: Page, viewer_site: ViewerSite, manifest: dict[str, Any]
) -> None:
    open_picture(clean_page, viewer_site, manifest)
    clean_page.get_by_role("button", name="Mass").click()
    drag(clean_page, (200, 200), (300, 260))
    corner = clean_page.evaluate("viewer.toPicture(200, 200)")
    (mark,) = marks(clean_page)
    assert (mark["finding"], mark["shape"]) == ("mass", "ellipse")
    assert abs(mark["x"] - corner["x"]) <= 1
    zoom = clean_page.evaluate("viewer.state().zoom")
    assert abs(mark["width"] - 100 / zoom) <= 1
    assert clean_page.locator(".mark-text").text_content() == (
        f"{mark['width'] / 10:.1f} × {mark['height'] / 10:.1f} mm"
    )
    clean_page.keyboard.press("ArrowRight")
    (moved,) = marks(clean_page)
    assert moved["x"] > mark["x"]
    clean_page.keyboard.press("Delete")
    assert marks(clean_page) == []


def test_every_shape_is_drawn_by_hand_and_undone_and_redone(
    clean_page: Page, viewer_site: ViewerSite, manifest: dict[str, Any]
) -> None:
    page = clean_page
    open_picture(page, viewer_site, manifest)
    tool(page, "t", "rectangle")
    drag(page, (100, 100), (180, 150))
    tool(page, "b", "polygon")
    for place in ((300, 100), (400, 120), (380, 200), (310, 180), (300, 100)):  # the first again closes it
        page.mouse.click(*place)
    tool(page, "y", "freehand")
    ring = [
        (round(450 + 60 * math.cos(turn / 8)), round(400 + 60 * math.sin(turn / 8))) for turn in range(0, 50, 2)
    ]
    drag(page, *ring)
    tool(page, "c", "point")
    page.mouse.click(500, 300)
    made = marks(page)
    assert [(mark["finding"], mark["shape"]) for mark in made] == [
        ("mass", "rectangle"),
        ("distortion", "polygon"),
        ("asymmetry", "freehand"),
        ("calcification", "point"),
    ]
    assert len(made[1]["points"]) == 4
    assert 8 <= len(made[2]["points"]) <= 60
    scale = page.evaluate("viewer.cssScale()")
    assert made[2]["width"] == pytest.approx(120 / scale, rel=0.03)
    for _ in range(4):
        call(page, "marks.undo")
    assert marks(page) == []
    for _ in range(4):
        call(page, "marks.redo")
    assert marks(page) == made


def test_a_polygon_is_drawn_and_changed_without_a_mouse(
    clean_page: Page, viewer_site: ViewerSite, manifest: dict[str, Any]
) -> None:
    page = clean_page
    open_picture(page, viewer_site, manifest)
    tool(page, "t", "polygon")
    page.keyboard.press("Enter")
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        for _ in range(3):
            page.keyboard.press(f"Shift+{key}")
        page.keyboard.press("Enter")
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Enter")  # a corner too many
    page.keyboard.press("Backspace")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")  # on the last corner again: closed
    (mark,) = marks(page)
    assert (mark["shape"], len(mark["points"])) == ("polygon", 4)
    side = 3 * 32 / page.evaluate("viewer.cssScale()")
    assert (mark["width"], mark["height"]) == (pytest.approx(side, abs=0.5), pytest.approx(side, abs=0.5))
    assert label(page).startswith("Mass 1, polygon")

    page.keyboard.press("PageDown")
    assert "Corner 1 of 4" in label(page)
    page.keyboard.press("ArrowLeft")
    (pulled,) = marks(page)
    assert pulled["points"][0][0] < mark["points"][0][0]
    assert pulled["points"][1:] == mark["points"][1:]
    page.keyboard.press("Delete")
    assert len(marks(page)[0]["points"]) == 3
    page.keyboard.press("Escape")
    page.keyboard.press("-")
    assert marks(page)[0]["width"] < pulled["width"]
    page.keyboard.press("Delete")
    assert marks(page) == []


def test_a_mark_can_be_placed_without_a_mouse(
    clean_page: Page, viewer_site: ViewerSite, manifest: dict[str, Any]
) -> None:
    open_picture(clean_page, viewer_site, manifest)
    call(clean_page, "toggleOneToOne")
    call(clean_page, "focus")
    clean_page.keyboard.press("c")
    clean_page.keyboard.press("Enter")
    (mark,) = marks(clean_page)
    center = clean_page.evaluate("viewer.state().center")
    assert mark["finding"] == "calcification"
    assert abs(mark["x"] + mark["width"] / 2 - center[0]) <= 1
    assert label(clean_page).startswith("Calcification 1")


def test_a_dragged_corner_is_taken_back_in_one_step(
    clean_page: Page, viewer_site: ViewerSite, manifest: dict[str, Any]
) -> None:
    page = clean_page
    open_picture(page, viewer_site, manifest)
    tool(page, "t", "rectangle")
    drag(page, (200, 200), (300, 260))
    (before,) = marks(page)
    drag(page, (300, 260), (350, 300), (390, 330))
    (after,) = marks(page)
    assert (after["x"], after["y"]) == (before["x"], before["y"])
    assert after["width"] > before["width"] * 1.5
    call(page, "marks.undo")
    assert marks(page) == [before]


def test_marks_stay_in_the_picture_when_drawn_beyond_it(
    clean_page: Page, viewer_site: ViewerSite, manifest: dict[str, Any]
) -> None:
    page = clean_page
    open_picture(page, viewer_site, manifest)
    corner = page.evaluate("viewer.toScreen(2000, 2000)")
    right, bottom = round(corner["x"]), round(corner["y"])
    tool(page, "t", "ellipse")
    drag(page, (right - 60, bottom - 60), (right + 80, bottom - 20))
    (mark,) = marks(page)
    assert mark["x"] + mark["width"] == SIZE


@pytest.mark.parametrize("mirrored", [False, True], ids=["plain", "mirrored"])
def test_a_mark_lies_on_the_same_pixels_at_every_zoom(
    clean_page: Page, viewer_site: ViewerSite, manifest: dict[str, Any], mirrored: bool
) -> None:
    page = clean_page
    page.goto(f"{viewer_site.url}?drawer=webgl{'&mirrored' if mirrored else ''}")
    assert call(page, "open", manifest) is True
    box = {"finding": "mass", "x": 700, "y": 610, "width": 330, "height": 220}
    call(page, "marks.add", box | {"shape": "rectangle"})
    call(page, "marks.add", box | {"shape": "ellipse"})
    points = [[700, 610], [1030, 610], [1030, 830], [700, 830]]
    call(page, "marks.add", box | {"shape": "polygon", "points": points})
    for zoom in (0.3, 0.47, 0.75, 1, 1.37, 1.6):
        call(page, "show", {"x": 861.7, "y": 722.3, "zoom": zoom})
        page.evaluate("document.querySelector('.viewer-overlay').style.visibility = 'hidden'")
        bright = shown(page) > 140
        rows, columns = np.flatnonzero(bright.any(axis=1)), np.flatnonzero(bright.any(axis=0))
        seen = np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1])
        drawn = page.evaluate(
            "[...document.querySelectorAll('.mark .mark-line:not(.mark-sketch)')].map((line) => line.getBBox())"
            ".map(({x, y, width, height}) => [x, y, x + width, y + height])"
        )
        assert len(drawn) == 3
        assert np.abs(np.array(drawn) - seen).max() <= 1, (zoom, drawn, seen)
