"""Pictures beside each other, and the display's self-check: by keys alone, without a word from axe."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.e2e.axe import serious
from tests.e2e.viewer_screen import FULL, at_rest
from tests.e2e.viewer_site import ViewerSite, serving
from webapp.viewer.hanging import Position, hang
from webapp.viewer.views import LETTER_ROWS, QUESTIONS

pytestmark = pytest.mark.browser
RIGHT, LEFT = Position("R", "CC"), Position("L", "CC")


@pytest.fixture(scope="module")
def viewer_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ViewerSite]:
    """The viewer's own small site."""
    with serving(ViewerSite(tmp_path_factory.mktemp("packs"))) as site:
        yield site


def breast(rows: int, columns: int, gray: int) -> NDArray[np.uint16]:
    """A bright triangle with its long side, the chest wall, on the left."""
    y, x = np.mgrid[0:rows, 0:columns]
    inside = x < columns * (1 - np.abs(2 * y / rows - 1))
    return np.where(inside, gray, 0).astype(np.uint16)


def compare(site: ViewerSite, pictures: list[tuple[Position, NDArray[np.uint16], float | None]]) -> str:
    """Put up the page for these pictures and return its address."""
    hanging = hang([position for position, _, _ in pictures])
    panes = []
    for number, mirrored in zip(hanging.order, hanging.mirrored, strict=True):
        position, pixels, spacing = pictures[number]
        known = {"spacingMm": [spacing, spacing], "spacingKind": "calibrated"} if spacing else {}
        data = {"manifest": site.add(pixels, bits=16, window=FULL, **known), "mirrored": mirrored}
        name = f"{position.laterality} {position.view}".strip()
        panes.append(
            {"title": f"{number}.dcm", "position": name, "synthetic": True, "mirrored": mirrored, "data": data}
        )
    steps = [{"name": step.name, "panes": list(step.panes), "columns": step.columns} for step in hanging.steps]
    hung = {"panes": [pane["data"] for pane in panes], "steps": steps}
    sized = all(spacing for _, _, spacing in pictures)
    context = {"panes": panes, "steps": steps, "hanging": hung, "sized": sized}
    return site.put_page("/compare/", "viewer/compare.html", context)


def grays(page: Page) -> NDArray[np.int64]:
    return np.asarray(Image.open(io.BytesIO(at_rest(page))).convert("RGB"))[:, :, 0].astype(np.int64)


def extent(screen: NDArray[np.int64], left: int, right: int) -> tuple[int, int, int]:
    """Return first column, last column and height of the breast between two columns; words are darker."""
    bright = screen[41:855, left:right] > 180
    columns, rows = np.flatnonzero(bright.any(axis=0)), np.flatnonzero(bright.any(axis=1))
    return int(columns[0]) + left, int(columns[-1]) + left, int(rows[-1] - rows[0] + 1)


def test_a_pair_hangs_back_to_back_at_one_scale(clean_page: Page, viewer_site: ViewerSite) -> None:
    large, small = breast(1600, 900, 50000), breast(1000, 500, 60000)
    clean_page.goto(compare(viewer_site, [(LEFT, small, 0.1), (RIGHT, large, 0.1)]))
    screen = grays(clean_page)
    right_breast, left_breast = extent(screen, 0, 720), extent(screen, 720, 1440)
    assert abs(right_breast[1] - 719) <= 1  # the chest walls touch in the middle
    assert abs(left_breast[0] - 720) <= 1
    assert abs(right_breast[2] / left_breast[2] - 1.6) < 0.02  # 160 mm beside 100 mm
    assert serious(clean_page) == []


def test_linked_panes_follow_mirrored_and_let_go(clean_page: Page, viewer_site: ViewerSite) -> None:
    same = breast(1600, 900, 50000)
    clean_page.goto(compare(viewer_site, [(LEFT, same, 0.1), (RIGHT, same, 0.1)]))
    grays(clean_page)
    clean_page.mouse.move(500, 500)
    clean_page.mouse.wheel(0, -500)
    clean_page.keyboard.press("ArrowDown")
    clean_page.keyboard.press("i")
    screen = grays(clean_page)
    assert np.abs(screen[45:840, :720] - screen[45:840, 1439:719:-1])[:740, 60:].max() <= 8
    clean_page.keyboard.press("s")
    clean_page.keyboard.press("i")
    apart = grays(clean_page)
    assert np.abs(apart[45:700, :600] - apart[45:700, 1439:839:-1]).max() > 100


def test_four_views_go_through_their_arrangements_by_keys(clean_page: Page, viewer_site: ViewerSite) -> None:
    picture = breast(800, 500, 50000)
    views = [Position(side, view) for view in ("CC", "MLO") for side in ("L", "R")]
    clean_page.goto(compare(viewer_site, [(view, picture, None) for view in views]))
    grays(clean_page)
    panes = clean_page.locator("[data-viewer]")
    expect(clean_page.get_by_text("Pixel size unknown")).to_be_visible()
    names = clean_page.locator(".compare-name strong")
    assert names.all_inner_texts() == ["R MLO", "L MLO", "R CC", "L CC"]
    clean_page.keyboard.press("n")
    assert [panes.nth(i).is_visible() for i in range(4)] == [True, True, False, False]
    clean_page.keyboard.press("Enter")
    assert [panes.nth(i).is_visible() for i in range(4)] == [True, False, False, False]
    clean_page.keyboard.press("Enter")
    clean_page.keyboard.press("PageUp")
    assert [panes.nth(i).is_visible() for i in range(4)] == [True] * 4
    clean_page.keyboard.press("?")
    expect(clean_page.get_by_role("button", name="Next arrangement: PageDown or N. Change")).to_be_visible()


def test_display_check_is_done_by_keys_and_sent(clean_page: Page, viewer_site: ViewerSite) -> None:
    sent: list[dict[str, Any]] = []

    def keep(route: Route) -> None:
        sent.append(route.request.post_data_json)
        route.fulfill(status=201, json={"passed": True})

    clean_page.route("**/display/checks/", keep)
    context = {"questions": QUESTIONS, "letter_rows": LETTER_ROWS}
    clean_page.goto(viewer_site.put_page("/display/", "viewer/display.html", context))
    assert serious(clean_page) == []
    for _ in range(4):
        clean_page.keyboard.press("ArrowRight")
    clean_page.keyboard.press("Enter")
    clean_page.keyboard.press("Enter")  # nothing answered yet
    expect(clean_page.get_by_role("alert")).to_have_text("Answer each question.")
    for _ in QUESTIONS:
        clean_page.keyboard.press("Space")
        clean_page.keyboard.press("Tab")
    clean_page.keyboard.press("Enter")
    assert serious(clean_page) == []
    clean_page.keyboard.type("zzzzz")
    clean_page.keyboard.press("Enter")
    expect(clean_page.get_by_text("Kept with your account.")).to_be_visible()
    expect(clean_page.get_by_role("link", name="Done")).to_be_focused()
    (result,) = sent
    assert (result["black"], result["white"], result["lines"]) == (True, True, True)
    assert [row["smallest"] for row in result["letters"]][1:] == [None, None]
    assert result["screen"]["exact"] is True
    kept = clean_page.evaluate("JSON.parse(localStorage.getItem('mambo.display')).pitchMm")
    assert kept == result["pitch_mm"]


def test_display_pattern_is_painted_at_device_pixels(clean_page: Page, viewer_site: ViewerSite) -> None:
    context = {"questions": QUESTIONS, "letter_rows": LETTER_ROWS}
    clean_page.goto(viewer_site.put_page("/display/", "viewer/display.html", context))
    clean_page.keyboard.press("Enter")
    screen = grays(clean_page)
    assert screen[10, :8].tolist() == [255, 0] * 4
    assert screen[:8, 40].tolist() == [255, 0] * 4
    assert len(np.unique(screen[150, :1140])) == 256
