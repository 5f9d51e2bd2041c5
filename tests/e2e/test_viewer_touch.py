"""Fingers on the picture, in Chromium's emulation: marks are drawn, moved and resized, and the view changes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from studies.design.lexicon import finding_options
from studies.design.marks import marks_check
from tests.e2e.viewer_screen import FULL, open_picture, settle
from tests.e2e.viewer_site import ViewerSite, call, serving

pytestmark = pytest.mark.browser
SIZE = 2000
QUESTIONS = [{"key": "marks", "kind": "marks", "options": finding_options()}]
Place = tuple[float, float]


@pytest.fixture(scope="module")
def viewer_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ViewerSite]:
    """The viewer's own small site."""
    with serving(ViewerSite(tmp_path_factory.mktemp("packs"))) as site:
        yield site


class Hand:
    """A tablet held upright with fingers on it."""

    def __init__(self, page: Page, session: CDPSession) -> None:
        self.page, self.session = page, session

    def send(self, kind: str, *places: Place) -> None:
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def tap(self, place: Place) -> None:
        self.send("touchStart", place)
        self.send("touchEnd")

    def drag(self, *places: Place) -> None:
        self.send("touchStart", places[0])
        for last, place in pairwise(places):
            for step in range(1, 6):
                x, y = (a + (b - a) * step / 5 for a, b in zip(last, place, strict=True))
                self.send("touchMove", (x, y))
        self.send("touchEnd")

    def take(self, finding: str, shape: str) -> None:
        """Take a finding's tool by its button."""
        self.page.locator(f"[data-viewer-action={finding}]").tap()
        for _ in range(5):
            if self.page.evaluate("viewer.marks.shape") == shape:
                return
            self.page.keyboard.press("x")
        raise AssertionError(f"no {shape}")

    def marks(self) -> list[dict[str, Any]]:
        """Return the marks, which the server must take as they are."""
        made: list[dict[str, Any]] = self.page.evaluate("viewer.marks.list()")
        marks_check(QUESTIONS, made, rows=SIZE, columns=SIZE)
        return made

    def place(self, x: float, y: float) -> Place:
        """Return where a picture's pixel is on the screen."""
        box = self.page.locator("[data-viewer-picture]").bounding_box()
        found = self.page.evaluate(f"viewer.toScreen({x}, {y})")
        assert box is not None
        return box["x"] + found["x"], box["y"] + found["y"]

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate("viewer.state()")
        return found


@pytest.fixture
def hand(browser: Browser, viewer_site: ViewerSite) -> Iterator[Hand]:
    """Fingers on an upright tablet that shows a picture."""
    context = browser.new_context(viewport={"width": 820, "height": 1180}, has_touch=True, is_mobile=True)
    page = context.new_page()
    pixels = np.full((SIZE, SIZE), 8000, np.uint16)
    open_picture(page, viewer_site, viewer_site.add(pixels, bits=16, window=FULL))
    yield Hand(page, context.new_cdp_session(page))
    context.close()


def test_a_finger_draws_an_ellipse(hand: Hand) -> None:
    hand.take("mass", "ellipse")
    hand.drag(hand.place(500, 600), hand.place(800, 900))
    (mark,) = hand.marks()
    assert (mark["finding"], mark["shape"]) == ("mass", "ellipse")
    assert [round(mark[name]) for name in ("x", "y", "width", "height")] == pytest.approx(
        [500, 600, 300, 300], abs=4
    )


def test_a_tap_makes_a_point_and_taps_a_polygon(hand: Hand) -> None:
    hand.take("calcification", "point")
    hand.tap(hand.place(700, 700))
    hand.take("asymmetry", "polygon")
    for place in ((400, 1000), (800, 1000), (700, 1400), (400, 1000)):
        hand.tap(hand.place(*place))
    point, polygon = hand.marks()
    assert (point["shape"], round(point["x"]), round(point["y"])) == (
        "point",
        pytest.approx(700, abs=4),
        pytest.approx(700, abs=4),
    )
    assert (polygon["shape"], len(polygon["points"])) == ("polygon", 3)


def test_a_finger_draws_a_free_line(hand: Hand) -> None:
    hand.take("distortion", "freehand")
    hand.drag(*(hand.place(x, y) for x, y in ((400, 400), (800, 450), (900, 800), (500, 900), (400, 500))))
    (mark,) = hand.marks()
    assert mark["shape"] == "freehand"
    assert len(mark["points"]) >= 4


def test_a_finger_moves_a_mark_and_takes_its_corner(hand: Hand) -> None:
    hand.take("mass", "rectangle")
    hand.drag(hand.place(500, 600), hand.place(900, 1000))
    hand.drag(hand.place(500, 800), hand.place(700, 800))  # by its left side
    (mark,) = hand.marks()
    assert (round(mark["x"]), round(mark["width"])) == (pytest.approx(700, abs=6), pytest.approx(400, abs=6))
    x, y = hand.place(1100, 1000)
    hand.drag((x + 14, y + 14), (x + 94, y + 94))  # beside the corner: a finger is no needle
    (mark,) = hand.marks()
    scale = hand.page.evaluate("viewer.cssScale()")
    assert (round(mark["x"]), round(mark["y"])) == (pytest.approx(700, abs=6), pytest.approx(600, abs=6))
    assert mark["width"] == pytest.approx(400 + 94 / scale, abs=12)


def test_two_fingers_zoom_while_a_tool_is_in_the_hand_and_draw_nothing(hand: Hand) -> None:
    for shape in ("ellipse", "polygon"):
        hand.take("mass", shape)
        before = hand.state()["zoom"]
        hand.send("touchStart", (340, 400))
        hand.send("touchStart", (340, 400), (400, 400))
        for step in range(1, 7):
            hand.send("touchMove", (340 - 12 * step, 400), (400 + 12 * step, 400))
        hand.send("touchEnd")
        assert hand.marks() == []
        assert hand.state()["zoom"] > 1.5 * before
        call(hand.page, "fit")
        hand.page.keyboard.press("Escape")


def test_a_double_tap_goes_to_1_to_1_and_back(hand: Hand) -> None:
    whole = hand.state()["zoom"]
    for expected in (1, whole):
        for _ in range(2):
            hand.tap((300, 500))
            hand.page.wait_for_timeout(60)
        hand.page.wait_for_timeout(400)
        assert hand.state()["zoom"] == pytest.approx(expected, rel=1e-6)


def test_one_finger_moves_the_picture(hand: Hand) -> None:
    call(hand.page, "oneToOne")
    before = hand.state()
    hand.drag((300, 500), (420, 560))
    settle(hand.page)
    after = hand.state()
    assert after["zoom"] == before["zoom"]
    assert before["center"][0] - after["center"][0] == pytest.approx(120, abs=2)
    assert before["center"][1] - after["center"][1] == pytest.approx(60, abs=2)


def test_buttons_are_large_enough_for_fingers(hand: Hand) -> None:
    small = []
    for button in hand.page.locator(".viewer-tools button:visible").all():
        box = button.bounding_box()
        if box is None or min(box["width"], box["height"]) < 43.5:
            small.append((button.get_attribute("data-viewer-action"), box))
    assert small == []
    expect(hand.page.locator("[data-viewer-action=help]")).to_be_in_viewport()
