"""A live site of three servers, each of which can be killed and started again."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VICTIMS = ("web server", "PostgreSQL", "Valkey")
ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Site:
    """The three servers, each of which can be killed and started again."""

    postgresql: Any
    valkey: Any
    port: int = 0
    web: subprocess.Popen[bytes] | None = None

    def start_web(self) -> None:
        """Start the web server, on the same port each time."""
        from devkit.processes import free_port, wait_until
        from tests.services import answers

        self.port = self.port or free_port()
        command = [sys.executable, "-m", "uvicorn", "webapp.config.asgi:application", "--log-level", "critical"]
        self.web = subprocess.Popen([*command, "--port", str(self.port)], cwd=ROOT, stderr=subprocess.DEVNULL)
        wait_until(lambda: answers(self.port), "The web server", seconds=120)

    def kill(self, victim: str) -> None:
        """Kill -9 and start again."""
        if victim == "web server" and self.web:
            self.web.kill()
            self.web.wait()
            self.start_web()
        elif victim == "Valkey":
            self.valkey.process.kill()
            self.valkey.process.wait()
            self.valkey.process = subprocess.Popen(self.valkey.process.args, stdout=subprocess.DEVNULL)
        else:
            self._kill_postgresql()

    def _kill_postgresql(self) -> None:
        server = self.postgresql.server
        postmaster = server.get_pid()
        for one in [postmaster, *_children(postmaster)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        while _children(postmaster):
            time.sleep(0.02)
        time.sleep(0.2)
        # Where nobody reaps orphans the dead postmaster keeps its number, so its locks look alive.
        for lock in (self.postgresql.folder / "postmaster.pid", *self.postgresql.folder.glob(".s.PGSQL.*")):
            lock.unlink(missing_ok=True)
        server.ensure_postgres_running()

    def stop(self) -> None:
        """End all three."""
        if self.web:
            self.web.kill()
            self.web.wait()
        self.valkey.stop()
        self.postgresql.stop()


def _children(parent: int) -> list[int]:
    """Return the processes of this parent that run."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            state, above = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(above) == parent and state != "Z":
            found.append(int(entry.name))
    return found
