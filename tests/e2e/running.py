"""The product as a person starts it: `./dev demo` in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from devkit.processes import free_port, wait_until
from tests.services import answers

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "mambo-demo"
# Variables of the test session that the demo must choose by itself.
OWN = ("REDIS_URL", "MAMBO_DATA_DIR", "DJANGO_SETTINGS_MODULE", "DATABASE_URL", "DJANGO_ALLOW_ASYNC_UNSAFE")


@dataclass
class Site:
    """A running site."""

    process: subprocess.Popen[bytes]
    url: str
    data: Path
    output: Path

    def log(self) -> str:
        """Return what it printed and the ends of its children's logs."""
        logs = [
            f"== {path.name}\n{path.read_text()[-3000:]}" for path in sorted((self.data / "logs").glob("*.log"))
        ]
        return "\n".join([self.output.read_text()[-3000:], *logs])

    def interrupt(self) -> int:
        """Press Ctrl-C and wait for the end; return the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def processes(self) -> list[int]:
        """Return the ids of all processes with this site's data folder in their environment, command or place."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                text = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
                text += str((entry / "cwd").readlink()).encode()  # Valkey writes over the other two
            except OSError:
                continue
            if str(self.data).encode() in text and int(entry.name) != os.getpid():
                found.append(int(entry.name))
        return found


def start_site(data: Path, *arguments: str, database_url: str | None = None, seconds: float = 240) -> Site:
    """Start `./dev demo` on `data` and wait until it serves.

    Raises:
        AssertionError: when it ends or does not answer; with its output.
    """
    port = free_port()
    env = {name: value for name, value in os.environ.items() if name not in OWN}
    env["MAMBO_LOG_FORMAT"] = "json"
    if database_url:
        env["DATABASE_URL"] = database_url
    data.mkdir(parents=True, exist_ok=True)
    output = data / "output.log"
    command = [sys.executable, str(ROOT / "dev"), "demo", "--data", str(data), "--port", str(port), *arguments]
    with output.open("ab") as sink:
        process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=sink, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
        )
    site = Site(process, f"http://127.0.0.1:{port}", data, output)

    def ready() -> bool:
        assert process.poll() is None, site.log()
        return answers(port) and "MAMBO Reader is at" in output.read_text()

    wait_until(ready, "The demo", seconds=seconds)
    return site


def sign_in(page: Page, site: Site, name: str) -> None:
    """Sign in as a demo account, whoever was signed in before."""
    page.context.clear_cookies()
    page.goto(f"{site.url}/accounts/sign-in/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site.url}/")


def run_inside(site: Site, script: str) -> str:
    """Run Python in a process of the site, and return what it printed."""
    environment = {
        pair.split(b"=", 1)[0].decode(): pair.split(b"=", 1)[1].decode()
        for pid in site.processes()
        for pair in _environment(pid)
        if pair.startswith(
            (b"DATABASE_URL=", b"MAMBO_", b"REDIS_URL=", b"SECRET_KEY=", b"DJANGO_SETTINGS_MODULE=")
        )
    }
    command = [sys.executable, "manage.py", "shell", "-c", script]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _environment(pid: int) -> list[bytes]:
    found = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    return found if any(b"demo" in pair for pair in found if pair.startswith(b"DJANGO_SETTINGS")) else []
