"""Progress is throttled, honest about what it doesn't know, and never disturbs the drawing."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from webapp.generation import progress
from webapp.generation.progress import Reporter, publish, remaining_seconds
from webapp.generation.services.attempts import AttemptEndedError


@pytest.fixture
def rows(monkeypatch):
    """Collects what would be written to the row."""
    written = []
    monkeypatch.setattr(progress, "attempt_report", lambda attempt, **fields: written.append(fields))
    return written


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def reporter(clock, sent, typical_s=None):
    attempt = SimpleNamespace(token="t" * 22)
    return Reporter(attempt, typical_s=typical_s, clock=clock, send=lambda token, message: sent.append(message))


def test_progress_sends_at_most_five_events_a_second(rows):
    clock, sent = Clock(), []
    watch = reporter(clock, sent)
    for step in range(1000):  # ten seconds, a hundred patches a second
        clock.now = step / 100
        watch.progress("patch", step, 2000)
    assert 45 <= len(sent) <= 51


def test_progress_sends_at_once_when_the_stage_changes_or_ends(rows):
    clock, sent = Clock(), []
    watch = reporter(clock, sent)
    watch.progress("global", 0, 1)
    watch.progress("global", 1, 1)
    watch.progress("local", 0, 25)
    assert [event["fields"]["stage"] for event in sent] == ["global", "global", "local"]


def test_should_stop_writes_the_row_once_a_second(rows):
    clock = Clock()
    watch = reporter(clock, [])
    for step in range(500):
        clock.now = step / 100
        assert not watch.should_stop()
    assert len(rows) == 5


def test_should_stop_says_so_when_the_row_is_lost(monkeypatch):
    def lost(attempt, **fields):
        raise AttemptEndedError

    monkeypatch.setattr(progress, "attempt_report", lost)
    watch = reporter(Clock(), [])
    assert watch.should_stop()
    assert watch.should_stop()


def test_remaining_seconds_follow_the_pace_of_the_last_stage():
    known = {"stage_elapsed_s": 10.0, "elapsed_s": 14.0, "typical_s": 100.0}
    assert remaining_seconds(stage="patch", done=20, total=60, **known) == 20.0


def test_remaining_seconds_are_unknown_when_nothing_like_it_was_drawn():
    assert (
        remaining_seconds(stage="local", done=2, total=9, stage_elapsed_s=1, elapsed_s=2, typical_s=None) is None
    )


def test_remaining_seconds_stay_above_zero_when_a_drawing_takes_longer_than_usual():
    assert remaining_seconds(stage="local", done=2, total=9, stage_elapsed_s=1, elapsed_s=20, typical_s=9.0) == 1.0


def test_publish_swallows_a_lost_channel_layer(monkeypatch, caplog):
    class Lost:
        async def group_send(self, group, message):
            raise ConnectionError("gone")

    monkeypatch.setattr(progress, "get_channel_layer", lambda: Lost())
    publish("t" * 22, {"type": "request.changed"})
    assert "was not sent" in caplog.text


def test_publish_gives_up_when_the_channel_layer_hangs(monkeypatch, caplog):
    import asyncio

    class Hung:
        async def group_send(self, group, message):
            await asyncio.sleep(60)

    monkeypatch.setattr(progress, "get_channel_layer", lambda: Hung())
    monkeypatch.setattr(progress, "SEND_TIMEOUT_S", 0.05)
    publish("t" * 22, {"type": "request.changed"})
    assert "was not sent" in caplog.text
