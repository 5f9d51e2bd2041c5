"""A web server of one's own for a rehearsal: the same settings and database, on a free port of this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from webapp.core.errors import ConflictError

LOCAL = "127.0.0.1"
STARTS_S, STOPS_S = 60.0, 10.0


@contextmanager
def own_site() -> Iterator[str]:
    """Serve the site on a free port while the block runs; gives its address.

    Raises:
        ConflictError: when it does not come up; with the end of what it said.
    """
    port = _free_port()
    command = [sys.executable, "-m", "uvicorn", "webapp.config.asgi:application", "--host", LOCAL]
    command += ["--port", str(port), "--no-access-log", "--log-level", "warning"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"]}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            if not _answers(port, process):
                log.seek(0)
                said = log.read()[-500:].decode(errors="replace").strip()
                raise ConflictError(f"The server for the rehearsal did not come up. It said: {said}")
            yield f"http://{LOCAL}:{port}"
        finally:
            process.terminate()
            try:
                process.wait(STOPS_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def site_name() -> str:
    """Return a host name that the site's settings allow."""
    plain = [name for name in settings.ALLOWED_HOSTS if "*" not in name]
    return plain[0].lstrip(".") if plain else "localhost"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOCAL, 0))
        return int(probe.getsockname()[1])


def _answers(port: int, process: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + STARTS_S
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(0.5)
            if probe.connect_ex((LOCAL, port)) == 0:
                return True
        time.sleep(0.05)
    return False
