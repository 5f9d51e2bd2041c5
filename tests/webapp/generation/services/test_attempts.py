"""Only the attempt that holds the row may write to it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from webapp.generation.models import GenerationRequest, State
from webapp.generation.pictures import picture_store
from webapp.generation.services.attempts import (
    AttemptEndedError,
    attempt_begin,
    attempt_cancel,
    attempt_fail,
    attempt_finish,
    attempt_keep_preview,
    attempt_report,
)
from webapp.generation.services.requests import request_cancel

pytestmark = pytest.mark.django_db

HALF = {"stage": "patch", "done": 5, "total": 10, "remaining_s": 3.0}


@pytest.fixture
def superseded(queued):
    """An attempt that lost its row to a second one."""
    first = attempt_begin(queued.pk)
    GenerationRequest.objects.filter(pk=queued.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    second = attempt_begin(queued.pk)
    return first, second


def test_begin_claims_once(queued):
    attempt = attempt_begin(queued.pk)
    assert (attempt.state, attempt.attempts) == (State.RUNNING, 1)
    assert len(attempt.attempt_token) == 22
    assert attempt_begin(queued.pk) is None


def test_begin_finds_nothing_when_the_row_is_gone(db):
    assert attempt_begin(10**9) is None


def test_report_extends_the_lease(queued):
    attempt = attempt_begin(queued.pk)
    GenerationRequest.objects.update(lease_until=timezone.now())
    attempt_report(attempt, **HALF)
    queued.refresh_from_db()
    assert queued.lease_until > timezone.now() + timedelta(seconds=5)
    assert (queued.stage, queued.done, queued.total) == ("patch", 5, 10)


def test_report_stops_the_attempt_when_a_person_cancels(queued):
    attempt = attempt_begin(queued.pk)
    request_cancel(queued)
    with pytest.raises(AttemptEndedError):
        attempt_report(attempt, **HALF)
    attempt_cancel(attempt)
    queued.refresh_from_db()
    assert queued.state == State.CANCELLED


def test_superseded_attempt_writes_nothing(superseded, picture):
    first, second = superseded
    image = picture_store(second, picture, "patch")
    with pytest.raises(AttemptEndedError):
        attempt_report(first, **HALF)
    with pytest.raises(AttemptEndedError):
        attempt_finish(first, image)
    with pytest.raises(AttemptEndedError):
        attempt_keep_preview(first, "global", image)
    attempt_fail(first, "late")
    attempt_cancel(first)
    row = GenerationRequest.objects.get(pk=first.pk)
    assert (row.state, row.done, row.image, row.error) == (State.RUNNING, 0, None, "")
    attempt_finish(second, image)
    row.refresh_from_db()
    assert (row.state, row.image) == (State.FINISHED, image)


def test_finish_wins_over_a_cancel_that_came_too_late(queued, picture):
    attempt = attempt_begin(queued.pk)
    image = picture_store(attempt, picture, "patch")
    request_cancel(queued)
    attempt_finish(attempt, image)
    queued.refresh_from_db()
    assert queued.state == State.FINISHED
