"""Looks at what the site stands on: database, broker, workers, disk, versions."""

from __future__ import annotations

import platform
import shutil
from importlib import metadata
from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection

from webapp.generation.selectors import QUEUE, queue_counts, worker_alive, worker_list
from webapp.imaging.models import Image

PACKAGES = ("mambo-reader", "django", "celery", "channels", "torch", "numpy", "pydicom")
BROKER_TIMEOUT_S = 1.0


def database_answers() -> bool:
    """Tell whether the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def broker_answers() -> bool:
    """Tell whether the broker answers within a second."""
    client = redis.Redis.from_url(
        settings.CELERY_BROKER_URL, socket_timeout=BROKER_TIMEOUT_S, socket_connect_timeout=BROKER_TIMEOUT_S
    )
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def health_report() -> dict[str, Any]:
    """Return the site's health as numbers and booleans, with nothing that names a person or a path.

    `status` is "ok", "waiting" (no worker draws pictures), or "down" (database or broker away).
    """
    database, broker = database_answers(), broker_answers()
    report: dict[str, Any] = {"status": "down", "database": database, "broker": broker, "workers": {}, "queue": {}}
    if not database:
        return report
    alive = [worker for worker in worker_list() if worker_alive(worker)]
    drawing = sum(QUEUE in worker.queues for worker in alive)
    report["workers"] = {"alive": len(alive), "drawing": drawing}
    report["queue"] = queue_counts()
    if broker:
        report["status"] = "ok" if drawing else "waiting"
    return report


def storage_facts() -> dict[str, int]:
    """Return how many tile packs there are, and the bytes of the disk where they lie, free and in all.

    The rows are counted: a walk through a million files would take longer than anybody waits for a page.
    """
    place = next(folder for folder in [settings.PACK_DIR, *settings.PACK_DIR.parents] if folder.exists())
    disk = shutil.disk_usage(place)
    return {"packs": Image.objects.count(), "free_bytes": disk.free, "disk_bytes": disk.total}


def version_facts() -> list[tuple[str, str]]:
    """Return the installed versions, read without importing the packages."""
    found = [("Python", platform.python_version())]
    for name in PACKAGES:
        try:
            found.append((name, metadata.version(name)))
        except metadata.PackageNotFoundError:
            found.append((name, "not installed"))
    return found
