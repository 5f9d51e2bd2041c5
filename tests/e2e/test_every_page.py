"""Every page that links lead to: nothing serious from axe, no script error, no break of the policy."""

from __future__ import annotations

import re
from collections import deque
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Page

from tests.e2e.axe import serious
from tests.e2e.running import Site, run_inside, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
PAGES_MOST = 60
# A draft has buttons that the demo's open study lacks.
DRAFT = """
from studies.design.templates import paper_protocol
from studies.services.cases import asset_build, cases_add
from studies.services.enrolment import reader_enrol
from studies.services.lifecycle import study_create
from webapp.accounts.models import User
from webapp.imaging.models import Image
owner = User.objects.get(username="admin")
study = study_create(title="A draft", owner=owner, protocol=paper_protocol())
phantoms = Image.objects.filter(source="phantom")[:2]
for asset in cases_add(study, [image.token for image in phantoms], owner):
    asset_build(asset.pk)
reader_enrol(study, "reader3", owner)
print(study.slug)
"""
# One page stands for all that differ in an identifier or in what they filter by.
ANY = re.compile(r"[\w-]{22}|[0-9a-f]{8}-[0-9a-f-]{27}|\d+")


def kind(address: str) -> str:
    return ANY.sub("*", urlsplit(address).path)


def links(page: Page, site: Site) -> list[str]:
    """Return the addresses of our own that this page links to."""
    found = page.evaluate("[...document.querySelectorAll('a[href]')].map((link) => link.getAttribute('href'))")
    whole = [urljoin(page.url, address).split("#")[0] for address in found]
    return [address for address in whole if address.startswith(site.url)]


def is_page(page: Page, address: str) -> bool:
    """Tell a page from a file to save."""
    answer = page.context.request.get(address)
    is_file = "attachment" in answer.headers.get("content-disposition", "")
    return answer.status < 400 and "text/html" in answer.headers.get("content-type", "") and not is_file


def crawl(page: Page, site: Site, start: list[str]) -> tuple[set[str], dict[str, object]]:
    """Open one page of each kind; return the kinds and what is wrong, by address."""
    seen: set[str] = set()
    wrong: dict[str, object] = {}
    waiting = deque(site.url + path for path in start)
    while waiting and len(seen) < PAGES_MOST:
        address = waiting.popleft()
        if kind(address) in seen or not is_page(page, address):
            continue
        seen.add(kind(address))
        page.goto(address)
        page.wait_for_load_state("networkidle")
        if found := serious(page):
            wrong[address] = found
        waiting.extend(links(page, site))
    return seen, wrong


@pytest.mark.parametrize(
    ("name", "start", "least"),
    [
        ("admin", ["/"], {"/library/", "/studies/", "/studies/new/", "/system/", "/generate/"}),
        ("demo", ["/"], {"/", "/generate/"}),
        ("reader1", ["/", "/display/"], {"/read/", "/read/*/", "/display/"}),
    ],
)
def test_every_page_is_accessible_and_keeps_the_policy(
    page: Page, site: Site, name: str, start: list[str], least: set[str]
) -> None:
    problems: list[str] = []
    if name == "admin":
        least = least | {f"/studies/{run_inside(site, DRAFT).split()[-1]}/"}

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            problems.append(f"{page.url}: {message.text}")

    page.on("console", note)
    page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
    sign_in(page, site, name)
    seen, wrong = crawl(page, site, start)
    assert wrong == {}
    assert problems == []
    assert {kind(address) for address in least} <= seen


def test_sign_in_is_accessible(clean_page: Page, site: Site) -> None:
    clean_page.goto(f"{site.url}/accounts/sign-in/")
    assert serious(clean_page) == []
