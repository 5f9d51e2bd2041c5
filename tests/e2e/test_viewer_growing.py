"""A growing picture in a real Chromium: what changed comes, exactly, and nothing else is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page

from tests.e2e.viewer_screen import differences, gray_of, open_picture, shown
from tests.e2e.viewer_site import ViewerSite, call, serving
from webapp.imaging.pyramid.growing import GrowingPyramid, GrowingReader

pytestmark = pytest.mark.browser
WINDOW = {"center": 1800, "width": 1500, "function": "LINEAR"}


@pytest.fixture(scope="module")
def viewer_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ViewerSite]:
    """The viewer's own small site."""
    with serving(ViewerSite(tmp_path_factory.mktemp("packs"))) as site:
        yield site


@pytest.fixture
def tissue() -> NDArray[np.uint16]:
    """A picture of 1500 × 1100 px: tiles of 3 × 3, and 2 × 2 and 1 of the levels above."""
    return np.random.default_rng(8).integers(0, 4096, (1500, 1100)).astype(np.uint16)


def grown(site: ViewerSite, pixels: NDArray[np.uint16]) -> tuple[GrowingPyramid, dict[str, Any]]:
    """Return a growing pack that begins with these pixels, and its manifest."""
    manifest = site.add(pixels, bits=12, window=WINDOW)
    path = site.packs[manifest["tiles"].split("/")[2]]
    pyramid = GrowingPyramid(path, pixels, bits=12)
    return pyramid, manifest | {"revisions": GrowingReader(path).revisions()}


def asked_since(site: ViewerSite, count: int) -> list[str]:
    """Return the tiles that were asked for since then, by name."""
    return sorted(path.split("/", 5)[5] for path in site.requests[count:])


def assert_exact(page: Page, pixels: NDArray[np.uint16]) -> None:
    screen, origin = shown(page), page.evaluate("viewer.toScreen(0, 0)")
    corners = {(round(origin["x"] + dx), round(origin["y"] + dy)) for dx in (-0.01, 0.01) for dy in (-0.01, 0.01)}
    assert min(differences(screen, gray_of(pixels, WINDOW), x, y) for x, y in corners) == 0


@pytest.mark.parametrize("drawer", ["webgl", "canvas"])
def test_only_the_tiles_that_changed_are_fetched_again(
    clean_page: Page, viewer_site: ViewerSite, tissue: NDArray[np.uint16], drawer: str
) -> None:
    pyramid, manifest = grown(viewer_site, tissue)
    open_picture(clean_page, viewer_site, manifest, drawer=drawer)
    call(clean_page, "oneToOne")
    assert_exact(clean_page, tissue)
    before = clean_page.evaluate("viewer.state()")
    count = len(viewer_site.requests)
    part = np.full((60, 80), 3000, np.uint16)
    tissue[700:760, 540:620] = part  # inside tile 1_1 of the finest level
    pyramid.write_region(540, 700, part)
    revisions = pyramid.publish()
    assert set(revisions) == {"11/1_1", "10/0_0", "9/0_0"}
    call(clean_page, "renew", revisions)
    assert_exact(clean_page, tissue)
    # Of the coarser levels come those that this view has loaded; the others are left for when they are wanted.
    assert "11/1_1" in asked_since(viewer_site, count)
    assert set(asked_since(viewer_site, count)) <= set(revisions)
    call(clean_page, "renew", revisions)
    clean_page.wait_for_timeout(200)
    assert len(asked_since(viewer_site, count)) == len(set(asked_since(viewer_site, count)))
    after = clean_page.evaluate("viewer.state()")
    assert (after["zoom"], after["center"]) == (before["zoom"], before["center"])


def test_many_changes_end_as_what_was_drawn(
    clean_page: Page, viewer_site: ViewerSite, tissue: NDArray[np.uint16]
) -> None:
    drawn = np.full(tissue.shape, 900, np.uint16)
    pyramid, manifest = grown(viewer_site, drawn)
    open_picture(clean_page, viewer_site, manifest)
    call(clean_page, "oneToOne")
    random = np.random.default_rng(2)
    for step in range(40):
        x, y = (int(random.integers(0, edge - 300)) for edge in (1100, 1500))
        drawn[y : y + 300, x : x + 300] = tissue[y : y + 300, x : x + 300]
        pyramid.write_region(x, y, drawn[y : y + 300, x : x + 300])
        clean_page.evaluate("(revisions) => viewer.renew(revisions)", pyramid.publish())
        call(clean_page, "panBy", 0.05 * (-1) ** step, 0.05 * (-1) ** (step // 2))
    clean_page.wait_for_timeout(500)
    assert_exact(clean_page, drawn)


def test_a_tile_that_was_not_there_yet_comes_in_its_newest_form(
    clean_page: Page, viewer_site: ViewerSite, tissue: NDArray[np.uint16]
) -> None:
    pyramid, manifest = grown(viewer_site, tissue)
    open_picture(clean_page, viewer_site, manifest)
    call(clean_page, "show", {"x": 100, "y": 100, "zoom": 3})
    clean_page.wait_for_timeout(300)
    tissue[1300:1400, 900:1000] = 3000
    pyramid.write_region(900, 1300, tissue[1300:1400, 900:1000].copy())
    call(clean_page, "renew", pyramid.publish())
    call(clean_page, "oneToOne")
    call(clean_page, "panBy", 2, 2)
    assert_exact(clean_page, tissue)
