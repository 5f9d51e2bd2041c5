"""One number from the browser's answer to the web server's line, the worker's lines and the figures."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect
from prometheus_client.parser import text_string_to_metric_families

from devkit.processes import wait_until
from tests.e2e.running import Site, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
DRAWING_MS = 300_000


def lines(site: Site, name: str) -> list[dict]:
    """Return the JSON lines of one process's log; a worker prints its banner beside them."""
    text = (site.data / "logs" / f"{name}.log").read_text()
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def test_one_number_from_the_browser_to_the_worker(clean_page: Page, site: Site) -> None:
    page = clean_page
    sign_in(page, site, "demo")
    page.goto(f"{site.url}/generate/")
    page.get_by_label("Seed", exact=True).fill("4711")
    with page.expect_response(lambda answer: answer.request.method == "POST") as asked:
        page.get_by_role("button", name="Draw").click()
    number = asked.value.headers["x-request-id"]
    assert re.fullmatch(r"[0-9a-f]{32}", number)
    expect(page.get_by_role("link", name="Save PNG")).to_be_visible(timeout=DRAWING_MS)

    (web,) = [line for line in lines(site, "web") if line.get("request") == number and "facts" in line]
    assert (web["logger"], web["facts"]["method"]) == ("webapp.request", "POST")
    assert web["account"] > 0
    wait_until(lambda: len(told := worker_lines(site, number)) >= 3 and told, "The worker's lines")
    drawn = worker_lines(site, number)
    assert {line["account"] for line in drawn if "account" in line} == {web["account"]}
    assert any(line["event"].startswith("task draw_request: success") for line in drawn)
    token = page.url.rstrip("/").rpartition("/")[2]
    for name in ("web", "generation"):
        assert token not in (site.data / "logs" / f"{name}.log").read_text()


def worker_lines(site: Site, number: str) -> list[dict]:
    return [line for line in lines(site, "generation") if line.get("request") == number]


def test_probes_and_figures_of_a_running_site(clean_page: Page, site: Site) -> None:
    page = clean_page
    ready = page.request.get(f"{site.url}/system/ready")
    expected = {"database": "ok", "migrations": "ok", "broker": "ok", "packs": "ok"}
    assert (ready.status, ready.json()["checks"]) == (200, expected)
    assert page.request.get(f"{site.url}/system/live").json() == {"status": "live"}

    sign_in(page, site, "admin")
    page.goto(f"{site.url}/library/")
    page.locator(".card-title").first.click()
    page.wait_for_load_state("networkidle")
    page.request.get(f"{site.url}/nothing/here/")
    told = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(page.request.get(f"{site.url}/metrics").text())
        for sample in family.samples
    }
    assert told[("mambo_figures_up",)] == 1
    assert (
        told["mambo_web_requests_total", ("method", "POST"), ("status", "3xx"), ("view", "accounts:sign-in")] >= 1
    )
    assert told["mambo_tile_requests_total", ("status", "200")] >= 1
    assert told[("mambo_tile_bytes_total",)] > 1000
    assert told["mambo_queue_messages", ("queue", "preparation")] == 0
