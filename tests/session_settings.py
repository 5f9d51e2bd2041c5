"""Django settings of a test session: starts the real services, then reads the test settings.

Django is configured before any conftest is read, so this is where the services have to start. Child
processes inherit the variables and therefore start nothing.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from tests.services import PostgreSQL, Valkey


def _start() -> None:
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    if not os.environ.get("MAMBO_DATA_DIR"):
        data = Path(tempfile.mkdtemp(prefix="mambo-test-data-"))
        atexit.register(shutil.rmtree, data, ignore_errors=True)
        os.environ["MAMBO_DATA_DIR"] = str(data)
        (data / "static").mkdir()
        os.environ["MAMBO_STATIC_DIR"] = str(data / "static")
    if not os.environ.get("DATABASE_URL"):
        postgresql = PostgreSQL()
        atexit.register(postgresql.stop)
        os.environ["DATABASE_URL"] = postgresql.url("mambo")
    if not os.environ.get("REDIS_URL"):
        valkey = Valkey()
        atexit.register(valkey.stop)
        os.environ["REDIS_URL"] = valkey.url


_start()

from webapp.config.settings.test import *  # noqa: E402, F403
