"""The viewer in a real Chromium, software graphics: bytes of the first view, window steps, the next picture."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.table import Row
from bench.tiles import FIT_LIMIT_BYTES, SIZE, picture

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.viewer_site import ViewerSite

VIEW = {"width": 1200, "height": 900}
STEPS = 40
NEXT_TIMES = 5
STEP_LIMIT_MS = 50
NEXT_LIMIT_MS = 150
SLOW_S = 0.05  # a tile's wait where the network is to show
WINDOW = {"center": 2048, "width": 4096, "function": "LINEAR_EXACT"}
# Each step is timed from the call to the read-back of pixels that differ from the last ones, frame wait included.
TIME_STEPS = """
async ([steps, kind]) => {
  const canvas = document.querySelector(".openseadragon-canvas canvas");
  const gl = kind === "webgl" ? canvas.getContext("webgl2") : null;
  const flat = gl ? null : canvas.getContext("2d");
  const [x, y] = [Math.round(canvas.width * 0.2), Math.round(canvas.height * 0.5)];
  const pixel = new Uint8Array(4);
  const gray = () => {
    if (flat) return flat.getImageData(x, y, 1, 1).data[0];
    gl.readPixels(x, canvas.height - y, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    return pixel[0];
  };
  const frame = () => new Promise(requestAnimationFrame);
  const changed = async (last) => {
    for (let i = 0; i < 240; i++) {
      await frame();
      const now = gray();
      if (now && Math.abs(now - last) > 8) return now;
    }
    throw new Error("no new pixels came");
  };
  viewer.setWindow({ center: 1500, width: 3000, function: "LINEAR_EXACT" });
  let last = await changed(0);
  const times = [];
  for (let step = 0; step < steps; step++) {
    const next = { center: step % 2 ? 1500 : 2100, width: 3000, function: "LINEAR_EXACT" };
    await frame();
    const started = performance.now();
    viewer.setWindow(next);
    last = await changed(last);
    times.push(performance.now() - started);
  }
  return times;
}
"""
TIME_OPEN = """
async (manifest) => {
  const started = performance.now();
  if (!(await viewer.open(manifest))) throw new Error("the picture did not open");
  return performance.now() - started;
}
"""
TILE_BYTES = """
() => performance.getEntriesByType("resource").filter((one) => new URL(one.name).pathname.startsWith("/t/"))
  .reduce((sum, one) => sum + one.encodedBodySize, 0)
"""


def measure() -> list[Row]:
    """Measure and return the rows; without Chromium there are none."""
    with tempfile.TemporaryDirectory(prefix="mambo-bench-") as folder:
        _setup_site(Path(folder))
        from playwright.sync_api import sync_playwright

        from tests.e2e.viewer_site import ViewerSite, serving
        from tests.services import CHROMIUM_ARGS, ServiceError, chromium

        try:
            executable = chromium()
        except ServiceError as error:
            sys.stderr.write(f"viewer: left out. {error}\n")
            return [Row("left out: no Chromium found", 0, "")]
        packs = Path(folder) / "packs"
        packs.mkdir()
        with serving(ViewerSite(packs)) as site, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=executable, args=CHROMIUM_ARGS)
            rows = [*_first_view(browser, site), *_window(browser, site), *_next(browser, site)]
            browser.close()
        return [*rows, Row("load of the machine meanwhile", os.getloadavg()[0], "processes")]


def _setup_site(data: Path) -> None:
    os.environ["MAMBO_DATA_DIR"] = os.environ["MAMBO_STATIC_DIR"] = str(data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "webapp.config.settings.test"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright runs a loop in this thread
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()


def _open(browser: Any, site: ViewerSite, manifest: dict[str, Any], *, drawer: str = "webgl") -> Page:
    page: Page = browser.new_page(viewport=VIEW)
    page.goto(f"{site.url}?drawer={drawer}")
    page.evaluate(TIME_OPEN, manifest)
    return page


def _first_view(browser: Any, site: ViewerSite) -> list[Row]:
    pixels = picture()
    page = _open(browser, site, site.add(pixels, bits=12, window=WINDOW))
    loaded = page.evaluate(TILE_BYTES)
    page.close()
    raw = 2 * SIZE * SIZE
    return [
        Row("bytes to the first full view", loaded / 1e6, "MB", "the limit of 0.4 MB", loaded / FIT_LIMIT_BYTES),
        Row("the whole picture, uncompressed", raw / 1e6, "MB", "what the first view loads", raw / loaded),
    ]


def _window(browser: Any, site: ViewerSite) -> list[Row]:
    manifest = site.add(picture(2048), bits=12, window=WINDOW)
    found = {}
    for drawer in ("webgl", "canvas"):
        page = _open(browser, site, manifest, drawer=drawer)
        found[drawer] = np.array(page.evaluate(TIME_STEPS, [STEPS, drawer]))
        page.close()
    what = "window step at 1200 × 900, software graphics, median of 40"
    ours, plain = np.median(found["webgl"]), np.median(found["canvas"])
    slow = np.quantile(found["webgl"], 0.95)
    return [
        Row(
            what,
            ours,
            "ms",
            f"the limit of {STEP_LIMIT_MS} ms",
            ours / STEP_LIMIT_MS,
        ),
        Row("window step, 95 % are below", slow, "ms"),
        Row("window step without WebGL, median of 40", plain, "ms", "with WebGL", plain / ours),
    ]


def _next(browser: Any, site: ViewerSite) -> list[Row]:
    pixels = picture(2048)
    first = site.add(pixels, bits=12, window=WINDOW)
    page = _open(browser, site, first)
    ready, cold, asked = [], [], 0
    for _ in range(NEXT_TIMES):
        ahead, unknown = (site.add(pixels, bits=12, window=WINDOW) for _ in range(2))
        for manifest in (ahead, unknown):
            site.delay_s[manifest["tiles"].split("/")[2]] = SLOW_S
        page.evaluate("(next) => viewer.prefetch(next)", ahead)
        before = len(site.requests)
        ready.append(page.evaluate(TIME_OPEN, ahead))
        asked += len(site.requests) - before
        cold.append(page.evaluate(TIME_OPEN, unknown))
    page.close()
    ours, plain = float(np.median(ready)), float(np.median(cold))
    return [
        Row("next to sharp, prefetched", ours, "ms", f"the limit of {NEXT_LIMIT_MS} ms", ours / NEXT_LIMIT_MS),
        Row("next to sharp, not prefetched", plain, "ms", "prefetched", plain / ours),
        Row("tile requests after next, prefetched", asked, ""),
    ]
