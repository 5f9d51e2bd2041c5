"""A worker leaves pictures for the others that draw."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from webapp.generation.models import Queue, State, WorkerHeartbeat
from webapp.generation.selectors import share_of_worker
from webapp.generation.services.attempts import attempt_begin
from webapp.generation.services.requests import request_create
from webapp.generation.services.workers import worker_beat

pytestmark = pytest.mark.django_db


@pytest.fixture
def claimed(person, card):
    """One of five requests is claimed, the others wait."""
    rows = [request_create(user=person, card=card, raw={"seed": str(seed)}) for seed in range(5)]
    return attempt_begin(rows[0].pk)


def test_share_is_all_that_waits_for_a_worker_alone(claimed):
    worker_beat("one", queues=["interactive", "batch"])
    assert share_of_worker(Queue.INTERACTIVE) == 5


def test_share_is_halved_beside_a_second_drawing_worker_and_not_beside_others(claimed):
    for name, queues in (("one", ["interactive"]), ("two", ["interactive"]), ("other", ["preparation"])):
        worker_beat(name, queues=queues)
    assert share_of_worker(Queue.INTERACTIVE) == 3
    WorkerHeartbeat.objects.filter(name="two").update(last_seen=timezone.now() - timedelta(minutes=2))
    assert share_of_worker(Queue.INTERACTIVE) == 5


def test_share_is_one_when_nothing_else_waits(claimed):
    type(claimed).objects.filter(state=State.QUEUED).delete()
    assert share_of_worker(Queue.INTERACTIVE) == 1
