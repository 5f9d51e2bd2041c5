"""A store that is away for a while costs a picture an attempt, not its life."""

from __future__ import annotations

import pytest

from webapp.core.errors import StorageError
from webapp.generation import tasks
from webapp.generation.models import State
from webapp.generation.services.attempts import attempt_begin
from webapp.generation.services.requests import MAX_ATTEMPTS

pytestmark = pytest.mark.django_db


def away():
    raise StorageError("The store is away.")


@pytest.mark.parametrize(
    ("shared", "attempts", "state"),
    [(True, 1, State.RUNNING), (True, MAX_ATTEMPTS, State.FAILED), (False, 1, State.FAILED)],
)
def test_store_that_is_away_leaves_the_picture_to_the_sweep_while_attempts_are_left(
    queued, monkeypatch, shared, attempts, state
):
    monkeypatch.setattr(tasks, "packs_are_shared", lambda: shared)
    monkeypatch.setattr(tasks, "publish_change", lambda token: None)
    attempt = attempt_begin(queued.pk)
    attempt.attempts = attempts
    tasks._conclude(attempt, away)
    queued.refresh_from_db()
    assert queued.state == state
