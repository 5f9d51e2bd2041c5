"""A worker is ready when it is heard of and answers; otherwise the reason is told."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from celery.utils.nodenames import default_nodename, host_format
from django.core.management import CommandError, call_command
from django.utils import timezone

from webapp.generation.models import WorkerHeartbeat
from webapp.generation.services.workers import worker_beat
from webapp.operations.management.commands import worker_ready as command

pytestmark = pytest.mark.django_db
NAME = "draw@%h"


@pytest.fixture
def asked(monkeypatch):
    """A worker that answers, and a broker that is there."""
    control = SimpleNamespace(answers=[{"ok": "pong"}])
    control.ping = lambda destination, timeout: control.answers
    monkeypatch.setattr(command, "current_app", SimpleNamespace(control=control))
    monkeypatch.setattr(command, "broker_answers", lambda: True)
    worker_beat(host_format(default_nodename(NAME)), queues=["interactive"])
    return control


def test_worker_that_is_heard_of_and_answers_is_ready(asked, capsys):
    call_command("worker_ready", NAME)
    assert capsys.readouterr().out.endswith(": ready\n")


def test_worker_that_does_not_answer_is_not_ready(asked):
    asked.answers = []
    with pytest.raises(CommandError, match="no answer to a message"):
        call_command("worker_ready", NAME)


def test_worker_whose_heartbeat_is_old_is_not_ready(asked):
    WorkerHeartbeat.objects.update(last_seen=timezone.now() - timedelta(seconds=90))
    with pytest.raises(CommandError, match="last heard of 90 s ago"):
        call_command("worker_ready", NAME)


def test_worker_that_nobody_knows_is_not_ready(asked):
    with pytest.raises(CommandError, match="not heard of"):
        call_command("worker_ready", "other@%h")


def test_broker_that_is_away_is_told(asked, monkeypatch):
    monkeypatch.setattr(command, "broker_answers", lambda: False)
    with pytest.raises(CommandError, match="broker is away"):
        call_command("worker_ready", NAME)
