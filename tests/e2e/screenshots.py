"""`./dev run python -m tests.e2e.screenshots DIR`: a picture of every page of a running demo.

Starts a demo of its own with phantoms and generated pictures, so no patient image is ever shown. `--width` and
`--height` choose the window, `--only` some chapters.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, sync_playwright

from tests.e2e.exam import write_exam
from tests.e2e.running import PASSWORD, Site, sign_in, start_site
from tests.services import CHROMIUM_ARGS, chromium

CHAPTERS = ("office", "exam", "generate", "batches", "reading", "results")


class Album:
    """Takes pictures of pages under short names."""

    def __init__(self, page: Page, site: Site, folder: Path) -> None:
        self.page, self.site, self.folder = page, site, folder

    def shoot(self, name: str, address: str | None = None) -> None:
        """Open an address (or stay) and save the page once it is quiet."""
        if address is not None:
            self.page.goto(f"{self.site.url}{address}")
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_timeout(800)
        self.page.screenshot(path=self.folder / f"{name}.png")
        sys.stdout.write(f"{name}.png\n")

    def exam(self) -> None:
        """A drawn exam with its two breasts: the viewer's tools, and pictures beside each other."""
        sign_in(self.page, self.site, "admin")
        self.page.goto(f"{self.site.url}/library/")
        with tempfile.TemporaryDirectory(prefix="mambo-exam-") as folder:
            files = write_exam(Path(folder))
            self.page.locator("#files").set_input_files(files)
            for path in files:
                line = self.page.locator(".upload-line", has_text=path.name)
                line.locator(".upload-fate", has_text="Added").wait_for(timeout=120_000)
        self.page.goto(f"{self.site.url}/library/")
        self.page.locator(".card-title", has_text="R_MLO").click()
        self._tools()
        self._compare(("R_CC", "L_CC"), "compare")
        self._compare(("R_MLO", "L_MLO", "R_CC", "L_CC"), "compare-four")

    def office(self) -> None:
        """The pages of the office."""
        self.page.context.clear_cookies()
        self.shoot("sign-in", "/accounts/sign-in/")
        sign_in(self.page, self.site, "admin")
        self.shoot("home", "/")
        self.shoot("library", "/library/")
        self.page.locator(".card-picture").first.click()
        self.shoot("image")
        self.shoot("studies", "/studies/")
        self.page.locator(".studies-title").first.click()
        self.shoot("study")
        self.shoot("power", "/studies/power/?readers=6&cases=298&share=61&auc=0.62")
        self.shoot("new-study", "/studies/new/")
        self._setup()
        self.shoot("system", "/system/")

    def _setup(self) -> None:
        """A new study's other steps, with two cases of each kind."""
        self.page.get_by_label("Title").fill("A second reading")
        self.page.get_by_role("button", name="Make the draft").click()
        self.page.wait_for_url(re.compile("/setup/cases/"))
        setup = self.page.url.removesuffix("cases/").removeprefix(self.site.url)
        for source in ("phantom", "generated"):
            self.page.goto(f"{self.site.url}/library/?source={source}")
            for index in range(2):
                self.page.locator(".card-pick input").nth(index).check(force=True)
            self.page.locator("#study").select_option(label="A second reading")
            self.page.locator("#selection-add").click()
            self.page.wait_for_load_state("load")
        self.page.wait_for_timeout(5000)  # the worker makes the study's pictures
        for step in ("cases", "readers", "protocol", "check"):
            self.shoot(f"new-study-{step}", f"{setup}{step}/")

    def _tools(self) -> None:
        """The tools of the office on one picture: a length, the magnifier, local contrast, the card of keys."""
        stage = self.page.locator("[data-viewer-picture]").first
        box = stage.bounding_box() or {"x": 0, "y": 0, "width": 800, "height": 600}
        x, y = box["x"] + 0.06 * box["width"], box["y"] + 0.25 * box["height"]
        self.page.locator("[data-viewer] .openseadragon-canvas").first.focus()
        self.page.keyboard.press("d")
        self._drag((x, y), (x + 0.16 * box["width"], y + 0.03 * box["height"]))
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("m")
        self.page.mouse.move(x + 0.2 * box["width"], y + 0.4 * box["height"])
        self.shoot("viewer-tools")
        for key in ("m", "e", "?"):
            self.page.keyboard.press(key)
        self.shoot("viewer-keys")

    def _drag(self, *places: tuple[float, float]) -> None:
        self.page.mouse.move(*places[0])
        self.page.mouse.down()
        for place in places[1:]:
            self.page.mouse.move(*place, steps=5)
        self.page.mouse.up()

    def _compare(self, names: tuple[str, ...], shot: str) -> None:
        self.page.goto(f"{self.site.url}/library/")
        for name in names:
            self.page.locator(".card", has_text=name).locator(".card-pick input").check(force=True)
        self.page.get_by_role("link", name="Compare").click()
        self.page.wait_for_url(re.compile("/compare/"))
        self.shoot(shot)

    def generate(self) -> None:
        """The request page, empty and with a finished picture."""
        sign_in(self.page, self.site, "demo")
        self.shoot("generate-empty", "/generate/")
        self.page.get_by_role("button", name="Draw").click()
        self.page.wait_for_timeout(3000)
        self.shoot("generate-drawing")
        self.page.get_by_role("link", name="Save PNG").wait_for(timeout=300_000)
        self.shoot("generate")

    def batches(self) -> None:
        """A batch sorted on its contact sheet, an anomaly map of a phantom, and the gallery."""
        sign_in(self.page, self.site, "admin")
        self.page.goto(f"{self.site.url}/generate/batches/")
        self.page.get_by_label("Name").fill("Pilot")
        self.page.get_by_label("First seed").fill("100")
        for row, (birads, view, count) in enumerate((("4", "MLO", "3"), ("5", "CC", "2"), ("3", "CC", "1"))):
            self.page.locator("[name=row-birads]").nth(row).select_option(birads)
            self.page.locator("[name=row-view]").nth(row).select_option(view)
            self.page.locator("[name=row-count]").nth(row).fill(count)
        self.shoot("batches")
        self.page.get_by_role("button", name="Draw the batch").click()
        scored = self.page.locator(".sheet-scores", has_text="seams")
        scored.nth(5).wait_for(timeout=600_000)
        self.page.locator(".sheet-card").first.click()
        for key in ("a", "a", "x"):
            self.page.keyboard.press(key)
            self.page.wait_for_timeout(800)
        self.shoot("batch")
        self.page.goto(f"{self.site.url}/library/?source=phantom")
        self.page.locator(".card-title").first.click()
        self.page.get_by_role("button", name="Where would healthy tissue differ").click()
        self.page.locator("#map-controls").wait_for(timeout=300_000)
        self.shoot("anomaly-map")
        self.shoot("gallery", "/gallery/")

    def reading(self) -> None:
        """The reader's pages, and the whole demo study read by one reader."""
        sign_in(self.page, self.site, "reader1")
        self.shoot("reader-home", "/read/")
        self.shoot("display-size", "/display/")
        self.page.keyboard.press("Enter")
        self.shoot("display")
        self.page.goto(f"{self.site.url}/read/")
        self.page.locator(".reader-study a").first.click()
        self.page.wait_for_url(re.compile("/read/.+"))
        self.shoot("reading-cover")
        begin = self.page.locator("[data-cover] button")
        if begin.count():
            begin.first.click()
        self.page.wait_for_timeout(1500)
        for key in ("s", "2", "Shift+4"):
            self.page.keyboard.press(key)
        self.shoot("reading-room")
        self._marks()
        self._read_on()
        self.shoot("reading-done")

    def _marks(self) -> None:
        """Findings of each kind, and the words for the last one."""
        box = self.page.locator("[data-viewer-picture]").bounding_box()
        if box is None:
            return
        x, y = box["x"], box["y"] + box["height"] / 2
        self.page.keyboard.press("t")
        self._drag((x + 110, y - 120), (x + 200, y - 60))
        self.page.keyboard.press("a")
        for _ in range(3):
            self.page.keyboard.press("x")  # a polygon
        for dx, dy in ((260, -40), (340, -20), (320, 50), (250, 30), (260, -40)):
            self.page.mouse.click(x + dx, y + dy)
        self.page.keyboard.press("c")
        for _ in range(2):
            self.page.keyboard.press("x")  # around: the ellipse again
        self._drag((x + 150, y + 120), (x + 180, y + 140))
        self.shoot("reading-marks")

    def _read_on(self) -> None:
        for number in range(60):
            if "/done/" in self.page.url:
                return
            for key in ("r" if number % 3 else "s", str(number % 3 + 1), f"Shift+{number % 5 + 1}", "Enter"):
                self.page.keyboard.press(key)
            self.page.wait_for_timeout(500)

    def results(self) -> None:
        """The results of the demo study after closing and unblinding it."""
        sign_in(self.page, self.site, "admin")
        self.page.goto(f"{self.site.url}/studies/")
        self.page.get_by_role("link", name="Demo reading").click()
        self.page.locator(".study-actions summary", has_text="Close and unblind").click()
        self.page.locator("details[open] input[name=password]").fill(PASSWORD)
        self.page.locator("details[open] .confirm-box button").click()
        self.page.wait_for_url(re.compile("/results/"))
        self.shoot("results")


def main() -> int:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--width", type=int, default=1440)
    parser.add_argument("--height", type=int, default=900)
    parser.add_argument("--cases", type=int, default=4)
    parser.add_argument("--only", nargs="+", choices=CHAPTERS, default=CHAPTERS)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="mambo-shots-") as data, sync_playwright() as driver:
        site = start_site(Path(data) / "data", "--cases", str(options.cases), seconds=600)
        try:
            browser = driver.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGS)
            size = {"width": options.width, "height": options.height}
            album = Album(browser.new_page(viewport=size), site, options.folder)  # type: ignore[arg-type]
            failed = [name for name in options.only if not _taken(album, name)]
            browser.close()
        finally:
            site.interrupt()
    return 1 if failed else 0


def _taken(album: Album, chapter: str) -> bool:
    """Take a chapter's pictures; one that fails is told and does not stop the others."""
    try:
        getattr(album, chapter)()
    except PlaywrightError as error:
        sys.stderr.write(f"{chapter}: {error}\n")
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
