"""Writes requests for the people who make them: ask, cancel, and the sweep that forgets nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from webapp.accounts.models import User
from webapp.core.request_id import number
from webapp.generation.models import LIVE, GenerationRequest, Kind, Queue, State
from webapp.generation.parameters import BundleCard, Parameters, parameters_from
from webapp.generation.services.admission import admit, work_check
from webapp.imaging.models import Image

MAX_ATTEMPTS = 3
RING_AGAIN_IDLE = timedelta(seconds=10)
RING_AGAIN_BUSY = timedelta(minutes=10)
RUNG_OF_BATCHES = 32  # requests of batches that wait in the broker at once: the rest wait in the table alone
GAVE_UP = (
    f"The worker stopped {MAX_ATTEMPTS} times while drawing this picture, so it was given up. "
    "Ask for another seed, or ask your administrator to look at the worker."
)


def request_create(
    *, user: User, card: BundleCard, raw: Mapping[str, str], source: Image | None = None, address: str = ""
) -> GenerationRequest:
    """Store a request, or return this person's own that asks for exactly the same picture.

    The same parameters give the same picture, so a live request is joined and a finished one is reused.
    The caller enqueues on commit when the returned request is queued.

    Args:
        user: who asks, and may look at `source`.
        card: the installed bundle.
        raw: text by field name, see `parameters_from`.
        source: a picture to upscale; none draws anew.
        address: digest of the network address, for its quota.

    Raises:
        DomainError: for a label or number that the bundle or the site doesn't allow; nothing is stored.
        ConflictError: when this person already has `MAX_LIVE_PER_USER` pictures waiting.
        QuotaError: when a share is used up, or (BusyError) the queue is too long.
    """
    asked = parameters_from(card, raw, source.pixel_sha256 if source else "")
    return request_admit(user, card, asked, source=source, address=address)


def request_admit(
    user: User,
    card: BundleCard,
    asked: Parameters,
    *,
    source: Image | None,
    address: str,
    kind: str = Kind.PICTURE,
) -> GenerationRequest:
    """Store a request within its person's quotas, or return their own for exactly the same.

    Raises:
        DomainError: for more work than one request may ask for.
        ConflictError: when this person has too many requests waiting.
        QuotaError: when a share is used up, or (BusyError) the queue is too long.
    """
    key = asked.dedup_key(user.pk)
    existing = request_same(key)
    if existing is not None:
        return existing
    work_check(card, asked)
    try:
        with transaction.atomic():
            admit(user, address=address)
            return request_store(
                user, asked, kind=kind, source=source, address_digest=address, rung_at=timezone.now()
            )
    except IntegrityError:
        existing = request_same(key)  # two clicks at once: the other one won
        if existing is None:
            raise
        return existing


def request_store(user: User, asked: Parameters, **more: Any) -> GenerationRequest:
    """Store a request, with the number of what is under way, which its worker's log lines will bear."""
    return GenerationRequest.objects.create(
        user=user, **asdict(asked), dedup_key=asked.dedup_key(user.pk), asked_as=number(), **more
    )


def request_cancel(request: GenerationRequest) -> GenerationRequest:
    """Cancel a request: at once while it waits, at the next solver step while it is drawn.

    A request that has ended stays as it is.
    """
    now = timezone.now()
    waiting = GenerationRequest.objects.filter(pk=request.pk, state=State.QUEUED)
    if not waiting.update(state=State.CANCELLED, cancel_requested=True, finished_at=now):
        GenerationRequest.objects.filter(pk=request.pk, state=State.RUNNING).update(cancel_requested=True)
    request.refresh_from_db()
    return request


def requests_sweep(now: datetime | None = None) -> list[int]:
    """End the hopeless, and return the ids of requests whose bell must be rung again.

    A lease that ran out means a dead worker: the request goes to another attempt, or ends when it was
    cancelled or has used up its attempts. A waiting request is rung again when nothing is being drawn
    (its message was lost with the broker) or when it has waited very long. Of batches' requests only the oldest
    are rung, a few at a time.
    """
    now = now or timezone.now()
    lost = GenerationRequest.objects.filter(state=State.RUNNING, lease_until__lt=now)
    lost.filter(cancel_requested=True).update(state=State.CANCELLED, finished_at=now, attempt_token="")
    lost.filter(attempts__gte=MAX_ATTEMPTS).update(
        state=State.FAILED, error=GAVE_UP, failure="gave_up", finished_at=now, attempt_token=""
    )
    busy = GenerationRequest.objects.filter(state=State.RUNNING, lease_until__gte=now).exists()
    silent = now - (RING_AGAIN_BUSY if busy else RING_AGAIN_IDLE)
    unheard = Q(state=State.QUEUED) & (Q(rung_at__isnull=True) | Q(rung_at__lt=silent))
    batched = GenerationRequest.objects.filter(state=State.QUEUED, queue=Queue.BATCH).order_by("created_at", "pk")
    next_of_batches = list(batched.values_list("pk", flat=True)[:RUNG_OF_BATCHES])
    unheard &= Q(queue=Queue.INTERACTIVE) | Q(pk__in=next_of_batches)
    ids = list(
        GenerationRequest.objects.filter(unheard | Q(state=State.RUNNING, lease_until__lt=now))
        .order_by("created_at")
        .values_list("pk", flat=True)
    )
    GenerationRequest.objects.filter(pk__in=ids).update(rung_at=now)
    return ids


def request_same(key: str) -> GenerationRequest | None:
    """Return a request for exactly the same that is live or has its picture."""
    reusable = Q(state__in=LIVE) | Q(state=State.FINISHED, image__isnull=False)
    return GenerationRequest.objects.filter(reusable, dedup_key=key).first()
