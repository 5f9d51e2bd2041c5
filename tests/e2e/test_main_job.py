"""The product's whole job in one sitting, in a real browser, on real input."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from statsmodels.stats.proportion import proportion_confint

from tests.e2e.running import PASSWORD, Site, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
CESM = ("P60_L_DM_MLO.jpg", "P172_L_DM_MLO.jpg")
TITLE = "Main job"
DRAWING_MS = 300_000  # a shared machine may be slow; an idle one needs about ten seconds


def upload(page: Page, site: Site, files: list[Path]) -> None:
    page.goto(f"{site.url}/library/")
    page.locator("#files").set_input_files(files)
    for path in files:
        line = page.locator(".upload-line", has_text=path.name)
        expect(line.locator(".upload-fate")).to_contain_text("Added", timeout=60_000)


def generate(page: Page, site: Site, seed: int, **labels: str) -> str:
    """Ask for a picture, watch it come, and return its address."""
    page.goto(f"{site.url}/generate/")
    for name, value in labels.items():
        page.locator(f"input[name={name}][value='{value}']").check(force=True)
    page.get_by_label("Seed", exact=True).fill(str(seed))
    page.get_by_role("button", name="Draw").click()
    page.wait_for_url(re.compile(r"/generate/[\w-]{22}/"))
    expect(page.get_by_role("link", name="Save PNG")).to_be_visible(timeout=DRAWING_MS)
    return page.url


def make_study(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/studies/new/")
    page.get_by_label("Title").fill(TITLE)
    page.get_by_role("button", name="Make the draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def choose_cases(page: Page, site: Site) -> None:
    """Add the uploaded and the newly generated pictures to the study, from the library."""
    page.goto(f"{site.url}/library/?source=original")
    for name in CESM:
        page.get_by_label(f"Select {name}", exact=True).check(force=True)
    page.get_by_label(re.compile("Select GE_Senographe")).check(force=True)
    add_selected(page)
    page.goto(f"{site.url}/library/?source=generated")
    boxes = page.locator(".card-pick input")
    for index in range(2):
        boxes.nth(index).check(force=True)
    add_selected(page)


def add_selected(page: Page) -> None:
    page.locator("#study").select_option(label=TITLE)
    page.locator("#selection-add").click()
    page.wait_for_load_state("load")


def open_study(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/studies/")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_label("Invite readers").fill("reader1")
    page.get_by_role("button", name="Invite", exact=True).click()
    expect(page.get_by_role("button", name="Take out reader1")).to_be_visible()
    lock = page.locator(".study-actions summary", has_text="Lock")
    for _ in range(60):  # the worker makes the study's pictures meanwhile
        page.reload()
        if lock.count():
            break
        page.wait_for_timeout(1000)
    lock.click()
    page.locator("#sign-lock").fill(PASSWORD)
    page.locator(".confirm-box button").first.click()
    page.locator(".study-actions").get_by_text("Open", exact=False).first.click()
    confirm = page.locator("details[open] .confirm-box button")
    if confirm.count():
        confirm.first.click()
    expect(page.locator(".study-head")).to_contain_text("Open")


def enter_room(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/read/")
    study = page.locator(".reader-study", has_text=TITLE)
    study.get_by_role("link").click()
    page.wait_for_url(re.compile(r"/read/[\w-]{22}/"))
    page.get_by_role("button", name="Begin").click()
    expect(page.locator("[data-count]")).to_contain_text("of 5")


def read_one(page: Page, origin: str) -> None:
    """Answer the present case by keys alone."""
    for key in (origin, "2", "Shift+4"):
        page.keyboard.press(key)
    expect(page.locator("[data-questions] input:checked")).to_have_count(3)
    page.keyboard.press("Enter")


def test_admin_demo_user_and_reader_do_the_whole_job(clean_page: Page, site: Site, ge_dicom: Path) -> None:
    page, images = clean_page, ge_dicom.parents[1] / "cesm" / "images"
    sign_in(page, site, "admin")
    upload(page, site, [ge_dicom, *(images / name for name in CESM)])
    sign_in(page, site, "demo")
    generate(page, site, 5, birads="4", density="D", view="MLO")
    generate(page, site, 6, birads="3", density="B", view="CC")
    sign_in(page, site, "admin")
    make_study(page, site)
    choose_cases(page, site)
    open_study(page, site)

    sign_in(page, site, "reader1")
    enter_room(page, site)
    for number in range(1, 6):
        expect(page.locator("[data-count]")).to_contain_text(f"{number} of 5")
        if number == 3:  # a reload comes back to the same case
            page.reload()
            expect(page.locator("[data-count]")).to_contain_text("3 of 5")
        read_one(page, "s" if number % 2 else "r")
    page.wait_for_url(re.compile(r"/done/"))

    sign_in(page, site, "admin")
    page.goto(f"{site.url}/studies/")
    page.get_by_role("link", name=TITLE).click()
    finish(page)
    check_results(page, site)


def finish(page: Page) -> None:
    """Close and unblind."""
    page.locator(".study-actions summary", has_text="Close and unblind").click()
    page.locator("#sign-close-unblind").fill(PASSWORD)
    page.locator("details[open] .confirm-box button").click()


def check_results(page: Page, site: Site) -> None:
    expect(page.locator("h1.verdict")).not_to_be_empty()
    with page.expect_download() as download:
        page.get_by_role("link", name="Readings, CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text())))
    assert len(rows) == 5
    assert {row["answer"] for row in rows} == {"real", "synthetic"}
    assert {row["truth"] for row in rows} == {"real", "synthetic"}
    right = sum(row["truth"] == row["answer"] for row in rows)
    lower, upper = proportion_confint(right, 5, method="wilson")
    overall = page.locator("#table tr.strong").first
    expect(overall).to_contain_text(f"{right / 5:.3f}")
    expect(overall).to_contain_text(f"{lower:.3f}–{upper:.3f}")
