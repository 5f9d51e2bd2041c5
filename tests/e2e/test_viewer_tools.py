"""The viewer's tools under the hand: magnifier, walk, ruler, local contrast, gamma, true size, touch."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.e2e.viewer_screen import FULL, gray_of, open_picture, settle
from tests.e2e.viewer_site import ViewerSite, call, serving

pytestmark = pytest.mark.browser
PITCH_MM = 0.2


@pytest.fixture(scope="module")
def viewer_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ViewerSite]:
    """The viewer's own small site."""
    with serving(ViewerSite(tmp_path_factory.mktemp("packs"))) as site:
        yield site


@pytest.fixture(scope="module")
def pixels() -> NDArray[np.uint16]:
    """A noisy breast: tissue in the left two thirds, air on the right."""
    noise = np.random.default_rng(4).integers(20000, 50000, (2000, 1800)).astype(np.uint16)
    noise[:, 1200:] = 0
    return noise


@pytest.fixture
def manifest(viewer_site: ViewerSite, pixels: NDArray[np.uint16]) -> dict[str, Any]:
    spacing = {"spacingMm": [0.1, 0.1], "spacingKind": "detector plane"}
    presets = [{"name": "Soft", **FULL}, {"name": "Hard", "center": 35000, "width": 20000, "function": "LINEAR"}]
    return viewer_site.add(pixels, bits=16, window=FULL, presets=presets, **spacing)


def state(page: Page) -> dict[str, Any]:
    page.wait_for_timeout(100)
    return page.evaluate("viewer.state()")


def grays(page: Page) -> NDArray[np.int64]:
    """Return the red channel of the page: the picture has its corner at (0, 0), and a focus ring may lie on it."""
    settle(page)
    png = page.screenshot(animations="disabled")
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))[:, :, 0].astype(np.int64)


@pytest.mark.parametrize("drawer", ["webgl", "canvas"])
def test_magnifier_shows_each_picture_pixel_exactly(
    clean_page: Page, viewer_site: ViewerSite, manifest: dict[str, Any], pixels: NDArray[np.uint16], drawer: str
) -> None:
    open_picture(clean_page, viewer_site, manifest, drawer=drawer)
    call(clean_page, "focus")
    clean_page.mouse.move(250, 300)
    at = clean_page.evaluate("viewer.toPicture(250, 300)")
    clean_page.keyboard.press("m")
    clean_page.wait_for_timeout(900)
    screen = grays(clean_page)
    glass = screen[
        300 - 60 : 300 + 60, 250 - 60 : 250 + 60
    ]  # well inside: the border and its number lie farther out
    expected = gray_of(pixels, FULL)
    corners = [(round(at["x"]) - 60 + dx, round(at["y"]) - 60 + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
    assert min(int(np.count_nonzero(expected[y : y + 120, x : x + 120] != glass)) for x, y in corners) == 0
    clean_page.keyboard.press("Escape")
    assert state(clean_page)["lens"] is False


def test_arrow_keys_move_the_magnifier_and_not_the_picture(
    clean_page: Page, viewer_site: ViewerSite, manifest: dict[str, Any]
) -> None:
    open_picture(clean_page, viewer_site, manifest)
    call(clean_page, "focus")
    clean_page.keyboard.press("m")
    before = state(clean_page)["center"]
    place = clean_page.locator(".viewer-lens").bounding_box()
    clean_page.keyboard.press("ArrowRight")
    moved = clean_page.locator(".viewer-lens").bounding_box()
    assert place is not None
    assert moved is not None
    assert moved["x"] > place["x"]
    assert state(clean_page)["center"] == before


def test_walk_goes_through_the_breast_at_one_to_one_and_leaves_air_out(
    clean_page: Page, viewer_site: ViewerSite, manifest: dict[str, Any]
) -> None:
    open_picture(clean_page, viewer_site, manifest)
    call(clean_page, "focus")
    words = clean_page.locator(".viewer-map [role=status]")
    clean_page.keyboard.press("q")
    expect(words).to_have_text("1 of 6")  # 2 across, 3 down; the second across holds tissue too
    assert state(clean_page)["zoom"] == 1
    clean_page.keyboard.press("q")
    expect(words).to_have_text("2 of 6")
    clean_page.keyboard.press("Shift+Q")
    expect(words).to_have_text("1 of 6")
    corner = clean_page.evaluate("viewer.toPicture(0, 0)")
    assert abs(corner["x"]) < 1
    assert abs(corner["y"]) < 1
    clean_page.keyboard.press("f")
    expect(clean_page.locator(".viewer-map")).to_be_hidden()


def test_ruler_tells_millimeters_and_their_kind(
    clean_page: Page, viewer_site: ViewerSite, manifest: dict[str, Any]
) -> None:
    open_picture(clean_page, viewer_site, manifest)
    call(clean_page, "focus")
    clean_page.keyboard.press("d")
    clean_page.mouse.move(100, 200)
    clean_page.mouse.down()
    clean_page.mouse.move(300, 200, steps=4)
    clean_page.mouse.up()
    (line,) = clean_page.evaluate("viewer.ruler.list()")
    expected = (line["x2"] - line["x1"]) * 0.1
    assert abs(expected - 200 / state(clean_page)["zoom"] * 0.1) < 0.2
    expect(clean_page.locator(".ruler-text").first).to_have_text(f"approx. {expected:.1f} mm")
    expect(clean_page.locator(".ruler-note")).to_have_text("at the detector")
    clean_page.keyboard.press("Shift+ArrowRight")
    (longer,) = clean_page.evaluate("viewer.ruler.list()")
    assert (longer["x1"], longer["x2"] > line["x2"]) == (line["x1"], True)
    clean_page.keyboard.press("Delete")
    assert clean_page.evaluate("viewer.ruler.list()") == []


def test_a_length_can_be_measured_without_a_mouse(
    clean_page: Page, viewer_site: ViewerSite, pixels: NDArray[np.uint16]
) -> None:
    unsized = viewer_site.add(pixels, bits=16, window=FULL)
    open_picture(clean_page, viewer_site, unsized)
    call(clean_page, "focus")
    clean_page.keyboard.press("d")
    clean_page.keyboard.press("Enter")
    label = clean_page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert label.startswith("Length ")
    assert " px, pixel size unknown" in label


@pytest.mark.parametrize("drawer", ["webgl", "canvas"])
def test_local_contrast_keeps_air_black_and_goes_off_again(
    clean_page: Page, viewer_site: ViewerSite, drawer: str
) -> None:
    rows, columns = np.mgrid[0:900, 0:700]
    tissue = 20000 + (columns * 20) + ((rows // 9 + columns // 9) % 2) * 600
    tissue[:, 600:] = 0
    open_picture(
        clean_page, viewer_site, viewer_site.add(tissue.astype(np.uint16), bits=16, window=FULL), drawer=drawer
    )
    call(clean_page, "oneToOne")
    call(clean_page, "focus")
    plain = grays(clean_page)
    clean_page.keyboard.press("e")
    clean_page.keyboard.press("e")
    assert state(clean_page)["contrast"] == 1
    full = grays(clean_page)
    assert "local contrast 100 %" in clean_page.locator("[data-viewer-window]").inner_text()
    tissue_part, air_part = np.s_[300:400, 200:400], np.s_[300:400, 650:690]
    checks = [np.abs(np.diff(screen[tissue_part][::9], axis=0)).mean() for screen in (plain, full)]
    assert checks[1] > 1.5 * checks[0]
    assert (full[air_part] == plain[air_part]).all()
    clean_page.keyboard.press("e")
    off = grays(clean_page)
    assert (off[:800] == plain[:800]).all()  # above the line of tools


def test_local_contrast_is_the_same_in_both_drawers(clean_page: Page, viewer_site: ViewerSite) -> None:
    rows, columns = np.mgrid[0:700, 0:700]
    picture = (20000 + columns * 20 + rows * 9 + ((rows // 9 + columns // 9) % 2) * 600).astype(np.uint16)
    manifest = viewer_site.add(picture, bits=16, window=FULL)
    screens = []
    for drawer in ("webgl", "canvas"):
        open_picture(clean_page, viewer_site, manifest, drawer=drawer)
        call(clean_page, "oneToOne")
        call(clean_page, "nextContrast")
        screens.append(grays(clean_page))
    assert np.abs(screens[0] - screens[1])[:690, :690].max() <= 1  # half floats against doubles


def test_gamma_presets_and_the_window_from_the_tissue(
    clean_page: Page, viewer_site: ViewerSite, manifest: dict[str, Any]
) -> None:
    open_picture(clean_page, viewer_site, manifest)
    call(clean_page, "focus")
    clean_page.keyboard.press("p")
    clean_page.keyboard.press("p")
    assert state(clean_page)["window"]["width"] == 20000
    clean_page.keyboard.press("g")
    assert state(clean_page)["gamma"] == 1.1
    clean_page.keyboard.press("r")
    assert (state(clean_page)["gamma"], state(clean_page)["window"]) == (1, FULL)
    clean_page.keyboard.press("o")
    clean_page.wait_for_timeout(200)
    window = state(clean_page)["window"]
    assert abs(window["center"] - 35000) < 1500
    assert window["width"] < 40000


def test_true_size_needs_the_size_of_the_screen(
    clean_page: Page, viewer_site: ViewerSite, manifest: dict[str, Any]
) -> None:
    open_picture(clean_page, viewer_site, manifest)
    button = clean_page.locator("[data-viewer-action=trueSize]")
    expect(button).to_be_disabled()
    clean_page.evaluate(f"localStorage.setItem('mambo.display', JSON.stringify({{pitchMm: {PITCH_MM}}}))")
    open_picture(clean_page, viewer_site, manifest)
    expect(button).to_be_enabled()
    button.click()
    assert abs(state(clean_page)["zoom"] - 0.1 / PITCH_MM) < 1e-6


def test_two_fingers_change_the_window_or_zoom(
    browser: Browser, viewer_site: ViewerSite, manifest: dict[str, Any]
) -> None:
    context = browser.new_context(viewport={"width": 820, "height": 1180}, has_touch=True)
    page = context.new_page()
    open_picture(page, viewer_site, manifest)
    touch = context.new_cdp_session(page)

    def fingers(kind: str, *points: tuple[float, float]) -> None:
        spots = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": spots})

    before = state(page)
    fingers("touchStart", (300, 400), (420, 400))
    for step in range(1, 7):
        fingers("touchMove", (300 - 15 * step, 400), (420 - 15 * step, 400))
    fingers("touchEnd")
    after = state(page)
    assert after["window"]["width"] < before["window"]["width"]
    assert after["zoom"] == before["zoom"]
    fingers("touchStart", (340, 400), (400, 400))
    for step in range(1, 7):
        fingers("touchMove", (340 - 12 * step, 400), (400 + 12 * step, 400))
    fingers("touchEnd")
    last = state(page)
    assert last["zoom"] > 2 * before["zoom"]
    assert last["window"] == after["window"]
    context.close()
