"""A request is stored once, waits its turn, can be cancelled, and is never forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from webapp.core.errors import ConflictError, DomainError
from webapp.generation.models import GenerationRequest, State
from webapp.generation.services.admission import MAX_LIVE_PER_USER
from webapp.generation.services.attempts import attempt_begin, attempt_fail
from webapp.generation.services.requests import (
    GAVE_UP,
    MAX_ATTEMPTS,
    request_cancel,
    request_create,
    requests_sweep,
)

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(hours=1)


def lose_worker(request, **fields):
    """Let the lease of a running request run out, as when its worker was killed."""
    GenerationRequest.objects.filter(pk=request.pk).update(lease_until=timezone.now() - LONG_AGO, **fields)


def test_create_joins_the_live_request_when_asked_for_twice(queued, person, card):
    again = request_create(user=person, card=card, raw={"birads": "4", "view": "MLO", "seed": "7", "steps": "10"})
    assert again.pk == queued.pk
    assert GenerationRequest.objects.count() == 1


def test_create_makes_another_when_the_first_failed(queued, person, card):
    attempt_fail(attempt_begin(queued.pk), "broken")
    again = request_create(user=person, card=card, raw={"birads": "4", "view": "MLO", "seed": "7"})
    assert again.pk != queued.pk


def test_create_does_not_join_somebody_elses(queued, stranger, card):
    theirs = request_create(user=stranger, card=card, raw={"birads": "4", "view": "MLO", "seed": "7"})
    assert theirs.pk != queued.pk


@pytest.mark.parametrize("raw", [{"birads": "9"}, {"side": "L"}, {"steps": "1000"}])
def test_create_stores_nothing_when_a_field_is_wrong(person, card, raw):
    with pytest.raises(DomainError):
        request_create(user=person, card=card, raw=raw)
    assert not GenerationRequest.objects.exists()


def test_create_refuses_when_too_many_wait(person, stranger, card):
    for seed in range(MAX_LIVE_PER_USER):
        request_create(user=person, card=card, raw={"seed": str(seed)})
    with pytest.raises(ConflictError, match="still waiting"):
        request_create(user=person, card=card, raw={"seed": "99"})
    assert request_create(user=stranger, card=card, raw={"seed": "99"}).state == State.QUEUED


def test_database_refuses_two_live_requests_with_one_key(queued):
    with pytest.raises(IntegrityError), transaction.atomic():
        GenerationRequest.objects.filter(pk=queued.pk).first().__class__.objects.create(
            user=queued.user,
            bundle="x",
            bundle_digest="x",
            labels={},
            seed=1,
            sampler="x",
            steps=5,
            guidance=1,
            code_version="x",
            dedup_key=queued.dedup_key,
        )


def test_cancel_ends_a_waiting_request_at_once(queued):
    assert request_cancel(queued).state == State.CANCELLED
    assert attempt_begin(queued.pk) is None


def test_cancel_only_asks_when_it_is_being_drawn(queued):
    attempt_begin(queued.pk)
    cancelled = request_cancel(queued)
    assert cancelled.state == State.RUNNING
    assert cancelled.cancel_requested


def test_cancel_leaves_an_ended_request_alone(queued):
    attempt_fail(attempt_begin(queued.pk), "broken")
    assert request_cancel(queued).state == State.FAILED


def test_sweep_rings_for_a_request_whose_worker_died(queued):
    attempt_begin(queued.pk)
    assert requests_sweep() == []
    lose_worker(queued)
    assert requests_sweep() == [queued.pk]
    second = attempt_begin(queued.pk)
    assert second.attempts == 2


def test_sweep_gives_up_when_the_attempts_are_used_up(queued):
    for _ in range(MAX_ATTEMPTS):
        attempt_begin(queued.pk)
        lose_worker(queued)
    assert requests_sweep() == []
    queued.refresh_from_db()
    assert (queued.state, queued.error) == (State.FAILED, GAVE_UP)


def test_sweep_ends_a_cancelled_request_whose_worker_died(queued):
    attempt_begin(queued.pk)
    request_cancel(queued)
    lose_worker(queued)
    assert requests_sweep() == []
    queued.refresh_from_db()
    assert queued.state == State.CANCELLED


def test_sweep_rings_again_when_nothing_is_drawn_and_the_bell_was_lost(queued):
    assert requests_sweep() == []
    assert requests_sweep(timezone.now() + timedelta(seconds=30)) == [queued.pk]


def test_sweep_lets_requests_wait_when_another_is_being_drawn(queued, stranger, card):
    other = request_create(user=stranger, card=card, raw={})
    attempt_begin(other.pk)
    soon = timezone.now() + timedelta(seconds=30)
    GenerationRequest.objects.filter(pk=other.pk).update(lease_until=soon + LONG_AGO)
    assert requests_sweep(soon) == []
