"""One running site for all browser tests, on PostgreSQL; a page that fails on any error of ours."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import psycopg
import pytest
from playwright.sync_api import ConsoleMessage, Page

from tests.e2e.running import Site, start_site


def create_database(name: str) -> str:
    """Create an empty database on the session's PostgreSQL and return its URL."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    with psycopg.connect(_url(parts, "postgres"), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # type: ignore[arg-type]
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
    return _url(parts, name)


def _url(parts: SplitResult, database: str) -> str:
    # urlunsplit would drop the slashes of an empty host, as a Unix socket's URL has.
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}/{database}{query}"


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """The demo, started as a person starts it, with a small study, on a real PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="mambo-e2e-") as folder:
        running = start_site(Path(folder) / "data", "--cases", "2", database_url=create_database("mambo_e2e"))
        yield running
        status = running.interrupt()
        assert status == 0, running.log()


@pytest.fixture
def clean_page(page: Page) -> Iterator[Page]:
    """A page; the test fails when the browser reports a script error or a Content-Security-Policy violation."""
    problems: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            problems.append(f"{message.text} ({message.location.get('url', '')})")

    page.on("console", note)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.set_default_timeout(20_000)
    yield page
    assert problems == []
