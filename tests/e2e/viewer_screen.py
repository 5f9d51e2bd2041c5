"""What a screenshot of the viewer shows, and what it should show."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page

from tests.e2e.viewer_site import ViewerSite, call

FULL = {"center": 32768, "width": 65536, "function": "LINEAR_EXACT"}


def gray_of(values: NDArray[Any], window: dict[str, Any], *, inverted: bool = False) -> NDArray[np.int64]:
    """Return DICOM's grays (PS3.3 C.11.2), 0 to 255, halves up."""
    center, width = window["center"], window["width"]
    x = values.astype(np.float64)
    if window["function"] == "LINEAR":
        t = (x - (center - 0.5)) / (width - 1) + 0.5
    elif window["function"] == "LINEAR_EXACT":
        t = (x - center) / width + 0.5
    else:
        t = 1 / (1 + np.exp(-4 * (x - center) / width))
    t = np.clip(t, 0, 1)
    return np.floor(255 * (1 - t if inverted else t) + 0.5).astype(np.int64)


def shown(page: Page) -> NDArray[np.uint8]:
    """Return the red channel of the picture's element; all three channels must be equal."""
    settle(page)
    box = page.locator("[data-viewer-picture]").bounding_box()
    assert box is not None
    png = page.screenshot(clip=box, animations="disabled")
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
    assert (pixels == pixels[:, :, :1]).all()
    return pixels[:, :, 0]


def settle(page: Page) -> None:
    """Wait until every tile of the view is drawn."""
    for _ in range(200):
        page.wait_for_timeout(40)
        if page.evaluate("viewer.idle()"):
            page.wait_for_timeout(80)
            return
    raise AssertionError("the view did not come to rest")


def at_rest(page: Page) -> bytes:
    """Return a screenshot of a page once two in a row are equal, however slowly it is drawn."""
    page.wait_for_load_state("networkidle")
    before = b""
    for _ in range(40):
        page.wait_for_timeout(400)
        after = page.screenshot(animations="disabled")
        if after == before:
            return after
        before = after
    raise AssertionError("the page did not come to rest")


def open_picture(page: Page, site: ViewerSite, manifest: dict[str, Any], *, drawer: str = "webgl") -> None:
    page.goto(f"{site.url}?drawer={drawer}")
    assert call(page, "open", manifest) is True


def differences(screen: NDArray[Any], expected: NDArray[Any], x: int, y: int) -> int:
    """Return how many pixels of the screen differ from the picture placed with its corner at (x, y)."""
    canvas = np.zeros(screen.shape, dtype=np.int64)
    rows = slice(max(y, 0), min(y + expected.shape[0], screen.shape[0]))
    columns = slice(max(x, 0), min(x + expected.shape[1], screen.shape[1]))
    canvas[rows, columns] = expected[rows.start - y : rows.stop - y, columns.start - x : columns.stop - x]
    return int(np.count_nonzero(canvas != screen))
