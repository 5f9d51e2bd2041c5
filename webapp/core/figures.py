"""What happens, counted: by each process in its memory, and every few seconds added up in Valkey for all of them.

So `/metrics` answers the same from whichever process and host, and a process that dies takes a few seconds along.
While Valkey is away the counts wait in the process. Labels are names of addresses and kinds out of the code, never
a path, a person or a study.
"""

from __future__ import annotations

import bisect
import json
import logging
import threading
from collections.abc import Mapping
from typing import Any

import redis
from django.conf import settings

logger = logging.getLogger(__name__)

KEY = "mambo:figures"
TIMEOUT_S = 1.0
EVERY_S = 5.0
MOST_SERIES = 20_000  # of one process between two flushes: more means a label that should not be one
BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
COUNT, TOTAL = "n", "sum"
Series = tuple[str, tuple[str, ...], str]  # name, labels, and of a histogram the bucket or COUNT or TOTAL


class Figures:
    """Counts of one process that were not added up yet."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._lock = threading.Lock()
        self._counts: dict[Series, float] = {}

    def count(self, name: str, labels: tuple[str, ...] = (), by: float = 1) -> None:
        """Add to a counter."""
        with self._lock:
            self._add((name, labels, ""), by)

    def observe(self, name: str, labels: tuple[str, ...], seconds: float) -> None:
        """Add one duration to a histogram."""
        place = bisect.bisect_left(BUCKETS_S, seconds)
        with self._lock:
            self._add((name, labels, str(BUCKETS_S[place]) if place < len(BUCKETS_S) else "+Inf"), 1)
            self._add((name, labels, TOTAL), seconds)

    def take(self) -> dict[Series, float]:
        """Return what was counted since the last time, and forget it."""
        with self._lock:
            taken, self._counts = self._counts, {}
        return taken

    def put_back(self, taken: Mapping[Series, float]) -> None:
        """Take counts up again that could not be handed on."""
        with self._lock:
            for series, by in taken.items():
                self._add(series, by)

    def _add(self, series: Series, by: float) -> None:
        held = self._counts.get(series)
        if held is not None or len(self._counts) < MOST_SERIES:
            self._counts[series] = (held or 0) + by


figures = Figures()


def _client() -> redis.Redis:
    return redis.Redis.from_url(
        settings.CELERY_BROKER_URL, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S
    )


def flush(held: Figures = figures) -> bool:
    """Add this process's counts to those of all; keep them when Valkey is away, and tell whether it was there."""
    taken = held.take()
    if not taken:
        return True
    client = _client()
    try:
        with client.pipeline(transaction=True) as line:
            for (name, labels, part), by in taken.items():
                line.hincrbyfloat(KEY, json.dumps([name, labels, part]), by)
            line.execute()
    except redis.RedisError:
        held.put_back(taken)
        return False
    finally:
        client.close()
    return True


def totals() -> dict[Series, float]:
    """Return the counts of all processes.

    Raises:
        redis.RedisError: when Valkey does not answer.
    """
    client = _client()
    try:
        found: Any = client.hgetall(KEY)
    finally:
        client.close()
    read = {}
    for field, value in found.items():
        name, labels, part = json.loads(field)
        read[name, tuple(labels), part] = float(value)
    return read


class Flusher:
    """An ASGI application that lets a thread hand the counts on while the server runs.

    Args:
        application: what answers.
        every_s: seconds between two times.
    """

    def __init__(self, application: Any, every_s: float = EVERY_S) -> None:
        """Keep the application; the thread begins with the server."""
        self.application = application
        self._every_s, self._ended = every_s, threading.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Begin and end with the server; pass everything on."""
        if scope["type"] != "lifespan":
            await self.application(scope, receive, send)
            return

        async def heard() -> Any:
            message = await receive()
            if message["type"] == "lifespan.startup":
                threading.Thread(target=self._run, name="figures", daemon=True).start()
            else:
                self._ended.set()
                flush()
            return message

        await self.application(scope, heard, send)

    def _run(self) -> None:
        there = True
        while not self._ended.wait(self._every_s):
            before, there = there, flush()
            if before and not there:
                logger.warning("counts wait in this process: Valkey is away")
