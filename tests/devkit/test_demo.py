"""`./dev demo` as a person meets it: it stops whole, comes back with its data, and survives lost children."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from devkit.processes import free_port, wait_until
from tests.e2e.running import PASSWORD, ROOT, Site, start_site

pytestmark = [pytest.mark.flow, pytest.mark.timeout(600)]


def dev(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "dev"), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


def sign_in(site: Site, name: str) -> httpx.Response:
    with httpx.Client(base_url=site.url, follow_redirects=True, timeout=30) as client:
        page = client.get("/accounts/sign-in/")
        token = page.text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        fields = {"username": name, "password": PASSWORD, "csrfmiddlewaretoken": token}
        return client.post("/accounts/sign-in/", data=fields, headers={"Origin": site.url})


def child(site: Site, word: str) -> int | None:
    """Return the first process of the site whose command holds a word."""
    for number in site.processes():
        try:
            if word.encode() in Path(f"/proc/{number}/cmdline").read_bytes():
                return number
        except OSError:
            continue
    return None


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    running = start_site(tmp_path / "data", "--cases", "0")
    yield running
    running.interrupt()


def test_demo_stops_whole_and_comes_back_with_its_data(site: Site) -> None:
    assert "Sign out" in sign_in(site, "admin").text
    key = (site.data / "secret_key").read_text()
    assert site.interrupt() == 0
    wait_until(lambda: not site.processes(), "The end of every process", seconds=15)
    again = start_site(site.data, "--cases", "0")
    try:
        assert "Sign out" in sign_in(again, "reader1").text
        assert (site.data / "secret_key").read_text() == key
    finally:
        assert again.interrupt() == 0
    wait_until(lambda: not again.processes(), "The end of every process", seconds=15)


def test_demo_starts_killed_children_again(site: Site) -> None:
    for word in ("valkey-server", "uvicorn", "preparation@"):
        victim = child(site, word)
        assert victim is not None, site.log()
        os.kill(victim, signal.SIGKILL)
        wait_until(lambda: child(site, word) not in (None, victim), f"A new {word}", seconds=30)  # noqa: B023

    def serves() -> bool:
        try:
            return "Sign out" in sign_in(site, "admin").text
        except httpx.TransportError:
            return False

    wait_until(serves, "The web server", seconds=60)


def test_demo_killed_outright_leaves_no_child(tmp_path: Path) -> None:
    running = start_site(tmp_path / "data", "--cases", "0")
    running.process.kill()
    running.process.wait(10)
    time.sleep(0.5)
    wait_until(lambda: not running.processes(), "The end of every process", seconds=60)


def test_demo_refuses_a_second_start_on_the_same_data(site: Site) -> None:
    done = dev("demo", "--data", str(site.data), "--port", "0")
    assert done.returncode == 1
    assert "already runs" in done.stdout


def test_demo_names_a_taken_port(site: Site, tmp_path: Path) -> None:
    port = site.url.rsplit(":", 1)[1]
    done = dev("demo", "--data", str(tmp_path / "other"), "--port", port)
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("demo", "--images", "/no/such/folder"), "--images /no/such/folder: there is no such file or folder"),
        (("frobnicate",), "no such command"),
        (("setup", "everything"), "expected demo or test"),
        (("run",), "needs a command"),
    ],
)
def test_dev_names_what_is_wrong(arguments: tuple[str, ...], words: str) -> None:
    done = dev(*arguments)
    assert done.returncode in {1, 2}
    assert words in done.stdout


def test_dev_run_works_inside_the_environment() -> None:
    done = dev("run", "python", "-c", "import django, sys; print(sys.prefix)")
    assert done.stdout.strip().endswith(".venv")


def test_free_port_gives_different_ports() -> None:
    assert len({free_port() for _ in range(5)}) > 1
