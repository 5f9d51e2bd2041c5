"""Whether this process can serve: each thing that it stands on is looked at, in bounded time.

A look that hangs, as at a database behind a dead link, is told as such and not begun again before it ends. Reasons
name no path, address or person.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.files.storage import storages
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from webapp.generation.health import broker_answers

OK, AWAY, HANGS, UNKNOWN = "ok", "away", "no answer in time", "unknown"
TIMEOUT_S = 2.0
KEPT_S = 1.0  # many monitors cost one look a second
FREE_BYTES = 1_000_000_000  # less than that is no room for a pack or two
Reasons = dict[str, str]


def database_reasons() -> Reasons:
    """Look at the database by a connection of its own, beside the pool that pages may have used up."""
    own: Any = connection.copy()
    own.settings_dict.get("OPTIONS", {}).pop("pool", None)
    if own.vendor == "postgresql":
        own.settings_dict["OPTIONS"]["connect_timeout"] = 2
    try:
        applied = set(MigrationRecorder(own).applied_migrations())
    except DatabaseError:
        return {"database": AWAY, "migrations": UNKNOWN}
    finally:
        own.close()
    missing = len(_wanted() - applied)
    return {"database": OK, "migrations": f"{missing} not applied" if missing else OK}


@lru_cache(maxsize=1)
def _wanted() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.nodes)


def broker_reasons() -> Reasons:
    """Look at the broker."""
    return {"broker": OK if broker_answers() else AWAY}


def packs_reasons() -> Reasons:
    """Look whether a pack could be written."""
    folder = settings.PACK_DIR
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder, prefix=".ready-") as file:
            file.write(b"1")
        free = shutil.disk_usage(folder).free
    except OSError:
        return {"packs": "not writable"}
    return {"packs": OK if free >= FREE_BYTES else "less than 1 GB free"}


def store_reasons() -> Reasons:
    """Look at the stores that are not on this disk; where there is none, there is nothing to tell."""
    told = {}
    for name, store in settings.STORAGES.items():
        if ".s3." in str(store["BACKEND"]):
            try:
                storages[name].exists("ready")  # whether it is there does not matter
                told[f"store {name}"] = OK
            except Exception:  # each backend raises its own
                told[f"store {name}"] = AWAY
    return told


class Look:
    """One look, in a thread that nobody waits for longer than they like.

    Args:
        names: what it tells of, for when it does not end.
        look: returns a reason for each name.
    """

    def __init__(self, names: Sequence[str], look: Callable[[], Reasons]) -> None:
        """Keep the look; nothing runs yet."""
        self.names, self._look = tuple(names), look
        self._running: Future[Reasons] | None = None

    def begun(self) -> Future[Reasons]:
        """Return the look that is under way, or begin one."""
        if self._running is None or self._running.done():
            self._running = Future()
            # A daemon: one that hangs must not keep the process from ending.
            threading.Thread(target=self._run, args=(self._running,), name="ready", daemon=True).start()
        return self._running

    def _run(self, told: Future[Reasons]) -> None:
        try:
            told.set_result(self._look())
        except Exception:  # whatever it is: what can't be looked at can't be used
            told.set_result(dict.fromkeys(self.names, AWAY))


class Readiness:
    """All looks together.

    Args:
        looks: what is looked at.
        timeout_s: how long anybody waits.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        looks: Sequence[Look],
        timeout_s: float = TIMEOUT_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keep the looks."""
        self._looks, self._timeout_s, self._clock = looks, timeout_s, clock
        self._told: Reasons = {}
        self._at = float("-inf")

    async def reasons(self) -> Reasons:
        """Return "ok" or a reason for each thing, not older than a second."""
        if self._clock() - self._at >= KEPT_S:
            begun = [(look, asyncio.wrap_future(look.begun())) for look in self._looks]
            await asyncio.wait([future for _, future in begun], timeout=self._timeout_s)
            told: Reasons = {}
            for look, future in begun:
                told |= future.result() if future.done() else dict.fromkeys(look.names, HANGS)
            self._told, self._at = told, self._clock()
        return self._told


def site_readiness() -> Readiness:
    """Return the looks at what a web process stands on."""
    looks = [
        Look(("database", "migrations"), database_reasons),
        Look(("broker",), broker_reasons),
        Look(("packs",), packs_reasons),
    ]
    stores = [name for name, store in settings.STORAGES.items() if ".s3." in str(store["BACKEND"])]
    if stores:
        looks.append(Look([f"store {name}" for name in stores], store_reasons))
    return Readiness(looks)
