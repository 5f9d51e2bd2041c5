"""Counts of several processes add up in Valkey, and none is lost while it is away."""

from __future__ import annotations

import asyncio

import pytest
import redis

from webapp.core import figures as room
from webapp.core.figures import BUCKETS_S, Figures, Flusher, flush, totals


class Store:
    """As much of Valkey as counts need."""

    def __init__(self):
        self.held, self.away = {}, False

    def pipeline(self, transaction):
        return self

    def __enter__(self):
        self.waiting = []
        return self

    def __exit__(self, *args):
        pass

    def hincrbyfloat(self, key, field, by):
        self.waiting.append((field, by))

    def execute(self):
        if self.away:
            raise redis.ConnectionError
        for field, by in self.waiting:
            self.held[field.encode()] = self.held.get(field.encode(), 0) + by

    def hgetall(self, key):
        return {field: str(value).encode() for field, value in self.held.items()}

    def close(self):
        pass


@pytest.fixture
def store(monkeypatch):
    """A Valkey of this test alone."""
    made = Store()
    monkeypatch.setattr(room, "_client", lambda: made)
    return made


def test_counts_of_two_processes_add_up(store):
    one, other = Figures(), Figures()
    one.count("asked_total", ("GET",))
    other.count("asked_total", ("GET",), 4)
    assert flush(one)
    assert flush(other)
    assert flush(one)
    assert totals() == {("asked_total", ("GET",), ""): 5}


def test_no_count_is_lost_while_valkey_is_away(store):
    held = Figures()
    held.count("asked_total")
    store.away = True
    assert not flush(held)
    held.count("asked_total")
    store.away = False
    assert flush(held)
    assert totals() == {("asked_total", (), ""): 2}


def test_duration_falls_into_the_bucket_that_holds_it(store):
    held = Figures()
    for seconds in (BUCKETS_S[0], 0.3, 1e6):
        held.observe("took_seconds", (), seconds)
    told = held.take()
    assert told.pop(("took_seconds", (), "sum")) == pytest.approx(BUCKETS_S[0] + 0.3 + 1e6)
    assert told == {("took_seconds", (), part): 1 for part in (str(BUCKETS_S[0]), "0.5", "+Inf")}


def test_counts_are_bounded_when_a_label_is_none(monkeypatch):
    monkeypatch.setattr(room, "MOST_SERIES", 10)
    held = Figures()
    for number in range(50):
        held.count("asked_total", (str(number),))
    assert len(held.take()) == 10


async def test_counts_are_handed_on_when_the_server_ends(store, monkeypatch):
    monkeypatch.setattr(room, "figures", Figures())
    monkeypatch.setattr(room.flush, "__defaults__", (room.figures,))
    messages = iter(({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}))

    async def application(scope, receive, send):
        await receive()
        room.figures.count("asked_total")
        await asyncio.sleep(0)
        await receive()

    async def receive():
        return next(messages)

    await Flusher(application, every_s=60)({"type": "lifespan"}, receive, None)
    assert totals() == {("asked_total", (), ""): 1}
