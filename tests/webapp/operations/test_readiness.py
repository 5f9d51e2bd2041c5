"""Readiness tells the truth in bounded time, and names no path."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder

from webapp.operations import readiness
from webapp.operations.probes import Probes
from webapp.operations.readiness import AWAY, HANGS, OK, UNKNOWN, Look, Readiness


async def ask(path, readiness_=None, method="GET"):
    """Return status, headers and body of one request, or what the application behind said."""
    sent = []

    async def behind(scope, receive, send):
        sent.append("behind")

    async def send(message):
        sent.append(message)

    probes = Probes(behind, readiness_ or Readiness([]))
    await probes({"type": "http", "path": path, "method": method}, None, send)
    if sent == ["behind"]:
        return "behind"
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


def looks(**reasons):
    return Readiness([Look([name], lambda name=name, said=said: {name: said}) for name, said in reasons.items()])


async def test_ready_while_everything_is():
    status, headers, body = await ask("/system/ready", looks(database=OK, broker=OK))
    assert (status, body) == (200, b'{"status": "ready", "checks": {"database": "ok", "broker": "ok"}}')
    assert headers[b"cache-control"] == b"no-store"


async def test_not_ready_names_what_is_away():
    status, _, body = await ask("/system/ready", looks(database=OK, broker=AWAY))
    assert status == 503
    assert b'"broker": "away"' in body


async def test_live_asks_nothing_of_anybody():
    def fails():
        raise AssertionError

    assert (await ask("/system/live", Readiness([Look(["x"], fails)])))[0] == 200


async def test_other_addresses_and_methods():
    assert await ask("/system/health") == "behind"
    assert await ask("/system/live/") == "behind"
    status, headers, _ = await ask("/system/ready", method="POST")
    assert (status, headers[b"allow"]) == (405, b"GET, HEAD")
    assert (await ask("/system/live", method="HEAD"))[2] == b""


async def test_look_that_hangs_is_told_in_time_and_not_begun_again():
    release, begun = threading.Event(), []

    def hang():
        begun.append(1)
        release.wait(10)
        return {"database": OK}

    clock = iter(range(0, 1000, 10))
    watched = Readiness(
        [Look(["database"], hang), Look(["broker"], lambda: {"broker": OK})], 0.05, lambda: next(clock)
    )
    began = time.perf_counter()
    assert await watched.reasons() == {"database": HANGS, "broker": OK}
    assert await watched.reasons() == {"database": HANGS, "broker": OK}
    assert time.perf_counter() - began < 2
    assert begun == [1]
    release.set()
    for _ in range(100):
        told = await watched.reasons()
        if told["database"] == OK:
            break
        await asyncio.sleep(0.01)
    assert told == {"database": OK, "broker": OK}


async def test_many_monitors_cost_one_look_a_second():
    begun, now = [], [0.0]

    def look():
        begun.append(1)
        return {"x": OK}

    watched = Readiness([Look(["x"], look)], clock=lambda: now[0])
    for _ in range(20):
        await watched.reasons()
    assert len(begun) == 1
    now[0] = 1.5
    await watched.reasons()
    assert len(begun) == 2


async def test_look_that_fails_says_that_the_thing_is_away():
    def fails():
        raise RuntimeError("/a/path and a person")

    assert await Readiness([Look(["x"], fails)]).reasons() == {"x": AWAY}


@pytest.mark.django_db
def test_database_is_ready_when_all_migrations_are_applied():
    assert readiness.database_reasons() == {"database": OK, "migrations": OK}


@pytest.mark.django_db
def test_migration_that_is_not_applied_is_told(monkeypatch):
    monkeypatch.setattr(
        readiness, "_wanted", lambda: frozenset({("studies", "0001_initial"), ("studies", "9999_x")})
    )
    assert readiness.database_reasons() == {"database": OK, "migrations": "1 not applied"}


@pytest.mark.django_db
def test_database_that_is_away_is_told(monkeypatch):
    def away(self):
        raise OperationalError

    monkeypatch.setattr(MigrationRecorder, "applied_migrations", away)
    assert readiness.database_reasons() == {"database": AWAY, "migrations": UNKNOWN}


def test_folder_that_can_not_be_written_is_told_without_its_path(settings, tmp_path):
    settings.PACK_DIR = tmp_path / "packs"
    assert set(readiness.packs_reasons().values()) <= {OK, "less than 1 GB free"}
    assert list(settings.PACK_DIR.iterdir()) == []
    (tmp_path / "file").touch()
    settings.PACK_DIR = tmp_path / "file" / "packs"
    assert readiness.packs_reasons() == {"packs": "not writable"}


def test_store_that_refuses_is_told(settings, monkeypatch):
    class Store:
        def exists(self, name):
            raise ConnectionError("https://key:secret@host")

    settings.STORAGES = {**settings.STORAGES, "packs": {"BACKEND": "storages.backends.s3.S3Storage"}}
    monkeypatch.setattr(readiness, "storages", {"packs": Store()})
    assert readiness.store_reasons() == {"store packs": AWAY}
