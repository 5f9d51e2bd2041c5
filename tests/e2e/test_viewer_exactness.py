"""What the eye gets is what the detector gave: the browser's screenshot against numpy, pixel by pixel."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page

from tests.e2e.viewer_screen import FULL, differences, gray_of, open_picture, shown
from tests.e2e.viewer_site import ViewerSite, call, serving

pytestmark = pytest.mark.browser

LINEAR = {"center": 1800, "width": 1500, "function": "LINEAR"}
SIGMOID = {"center": 1800, "width": 900, "function": "SIGMOID"}


@pytest.fixture(scope="module")
def viewer_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ViewerSite]:
    """The viewer's own small site."""
    with serving(ViewerSite(tmp_path_factory.mktemp("packs"))) as site:
        yield site


@pytest.fixture(scope="module")
def tissue() -> NDArray[np.uint16]:
    """A picture of 1500 × 1100 px with structure at every scale, 12 bit."""
    generator = np.random.default_rng(5)
    coarse = np.kron(generator.integers(0, 3000, (30, 22)), np.ones((50, 50)))
    return (coarse + generator.integers(0, 1096, (1500, 1100))).astype(np.uint16)


@pytest.mark.parametrize("drawer", ["webgl", "canvas"])
def test_all_values_reach_the_screen_exactly(clean_page: Page, viewer_site: ViewerSite, drawer: str) -> None:
    values = np.random.default_rng(1).permutation(65536).reshape(256, 256).astype(np.uint16)
    manifest = viewer_site.add(values, bits=16, window=FULL)
    open_picture(clean_page, viewer_site, manifest, drawer=drawer)
    call(clean_page, "oneToOne")
    halves = []
    for shift in (8, 0):  # a screen has 8 bits, so each value is read in two halves
        clean_page.evaluate(
            "(shift) => viewer.setTable(Uint8Array.from({length: 65536}, (_, v) => (v >> shift) & 255))", shift
        )
        origin = clean_page.evaluate("viewer.toScreen(0, 0)")
        x, y = round(origin["x"]), round(origin["y"])
        halves.append(shown(clean_page)[y : y + 256, x : x + 256].astype(np.uint16))
    assert np.count_nonzero((halves[0] << 8 | halves[1]) != values) == 0


@pytest.mark.parametrize("drawer", ["webgl", "canvas"])
@pytest.mark.parametrize("window", [LINEAR, SIGMOID], ids=["linear", "sigmoid"])
def test_one_to_one_shows_the_table_of_the_array(
    clean_page: Page, viewer_site: ViewerSite, tissue: NDArray[np.uint16], drawer: str, window: dict[str, Any]
) -> None:
    manifest = viewer_site.add(tissue, bits=12, window=window)
    open_picture(clean_page, viewer_site, manifest, drawer=drawer)
    call(clean_page, "oneToOne")
    call(clean_page, "panBy", 0.0137, -0.0711)  # off the grid: the drawer must find it again
    for inverted in (False, True):
        screen = shown(clean_page)
        origin = clean_page.evaluate("viewer.toScreen(0, 0)")
        # The drawer rounds the corner to whole pixels; which way a half goes is its choice.
        expected = gray_of(tissue, window, inverted=inverted)
        corners = {
            (round(origin["x"] + dx), round(origin["y"] + dy)) for dx in (-0.01, 0.01) for dy in (-0.01, 0.01)
        }
        assert min(differences(screen, expected, x, y) for x, y in corners) == 0
        call(clean_page, "invert")


@pytest.mark.parametrize("drawer", ["webgl", "canvas"])
def test_mirrored_one_to_one_shows_the_table_of_the_mirrored_array(
    clean_page: Page, viewer_site: ViewerSite, tissue: NDArray[np.uint16], drawer: str
) -> None:
    manifest = viewer_site.add(tissue, bits=12, window=LINEAR)
    clean_page.goto(f"{viewer_site.url}?drawer={drawer}&mirrored")
    assert call(clean_page, "open", manifest) is True
    call(clean_page, "oneToOne")
    call(clean_page, "panBy", -0.0137, -0.0711)
    screen = shown(clean_page)
    corner = clean_page.evaluate("viewer.toScreen(1100, 0)")  # the picture's right edge is on the left
    expected = gray_of(tissue[:, ::-1], LINEAR)
    places = {(round(corner["x"]) + dx, round(corner["y"]) + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)}
    assert min(differences(screen, expected, x, y) for x, y in places) == 0


@pytest.mark.parametrize("scale", [1.37, 2.5, 6.0])
def test_tile_borders_do_not_show_between_pixels(
    clean_page: Page, viewer_site: ViewerSite, tissue: NDArray[np.uint16], scale: float
) -> None:
    manifest = viewer_site.add(tissue, bits=12, window=LINEAR)
    open_picture(clean_page, viewer_site, manifest)
    call(clean_page, "show", {"x": 512.3, "y": 511.8, "zoom": scale})  # where four tiles meet
    screen = shown(clean_page)
    origin = clean_page.evaluate("viewer.toScreen(0, 0)")
    height, width = screen.shape
    x = (np.arange(width) + 0.5 - origin["x"]) / scale - 0.5
    y = (np.arange(height) + 0.5 - origin["y"]) / scale - 0.5
    inside = np.ix_((y > 1) & (y < tissue.shape[0] - 2), (x > 1) & (x < tissue.shape[1] - 2))
    expected = gray_of(np.floor(bilinear(tissue, y, x) + 0.5), LINEAR)
    wrong = np.abs(screen[inside].astype(int) - expected[inside])
    assert wrong.max() <= 1
    assert (wrong > 0).mean() < 0.02


@pytest.mark.parametrize("scale", [1.37, 2.5, 6.0])
def test_tile_borders_do_not_show_without_webgl(
    clean_page: Page, viewer_site: ViewerSite, tissue: NDArray[np.uint16], scale: float
) -> None:
    """The canvas blends grays by the browser's own filter: at a border it must differ no more than elsewhere."""
    manifest = viewer_site.add(tissue, bits=12, window=LINEAR)
    open_picture(clean_page, viewer_site, manifest, drawer="canvas")
    call(clean_page, "show", {"x": 512.3, "y": 511.8, "zoom": scale})
    screen = shown(clean_page)
    origin = clean_page.evaluate("viewer.toScreen(0, 0)")
    height, width = screen.shape
    x = (np.arange(width) + 0.5 - origin["x"]) / scale - 0.5
    y = (np.arange(height) + 0.5 - origin["y"]) / scale - 0.5
    inside = np.ix_((y > 1) & (y < tissue.shape[0] - 2), (x > 1) & (x < tissue.shape[1] - 2))
    wrong = np.abs(screen - bilinear(gray_of(tissue, LINEAR).astype(np.uint16), y, x))[inside]
    near = np.zeros(screen.shape, bool)
    near[np.abs(y - 511.5) < 1] = True
    near[:, np.abs(x - 511.5) < 1] = True
    border, elsewhere = wrong[near[inside]], wrong[~near[inside]]
    assert border.mean() < 1.3 * elsewhere.mean()
    assert border.max() <= elsewhere.max()


def bilinear(pixels: NDArray[np.uint16], y: NDArray[Any], x: NDArray[Any]) -> NDArray[np.float64]:
    """Return values between pixels, on the grid of y and x."""
    rows = np.clip(np.floor(y).astype(int), 0, pixels.shape[0] - 2)
    columns = np.clip(np.floor(x).astype(int), 0, pixels.shape[1] - 2)
    fy, fx = (y - rows)[:, None], (x - columns)[None, :]
    p = pixels.astype(np.float64)
    top = p[np.ix_(rows, columns)] * (1 - fx) + p[np.ix_(rows, columns + 1)] * fx
    below = p[np.ix_(rows + 1, columns)] * (1 - fx) + p[np.ix_(rows + 1, columns + 1)] * fx
    return top * (1 - fy) + below * fy


def test_next_picture_is_complete_before_the_last_one_goes(clean_page: Page, viewer_site: ViewerSite) -> None:
    dark = viewer_site.add(np.full((1400, 1400), 20000, np.uint16), bits=16, window=FULL)
    bright = viewer_site.add(np.full((900, 1400), 45000, np.uint16), bits=16, window=FULL)
    open_picture(clean_page, viewer_site, dark)
    viewer_site.delay_s[bright["tiles"].split("/")[2]] = 0.15
    clean_page.evaluate("(next) => { window.done = viewer.open(next); }", bright)
    seen = []
    for _ in range(12):
        frame = np.asarray(
            Image.open(io.BytesIO(clean_page.screenshot(clip={"x": 0, "y": 0, "width": 600, "height": 800})))
        )
        seen.append({int(gray) for gray in np.unique(frame[360:440, 10:590, 0])})
    assert clean_page.evaluate("window.done") is True
    old, new = int(gray_of(np.array(20000), FULL)), int(gray_of(np.array(45000), FULL))
    assert all(grays in ({old}, {new}) for grays in seen), seen
    assert seen[0] == {old}
    final = shown(clean_page)
    assert final[final.shape[0] // 2, 20] == new
