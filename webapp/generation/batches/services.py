"""Writes batches: ask, cancel, try again, note what the screens found, decide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from webapp.accounts.models import User
from webapp.core.errors import ConflictError, DomainError
from webapp.generation.batches.distribution import Row
from webapp.generation.batches.models import Batch, BatchDecision, BatchItem, Verdict
from webapp.generation.models import LIVE, GenerationRequest, Queue, State
from webapp.generation.parameters import SEED_LIMIT, BundleCard, Parameters, new_seed, parameters_from
from webapp.generation.services.requests import request_cancel, request_same, request_store

TITLE_MOST = 120


@transaction.atomic
def batch_create(
    *, user: User, card: BundleCard, title: str, rows: Sequence[Row], seed: str = "", origin: str = ""
) -> Batch:
    """Store a batch and a request for each of its pictures; a picture that was asked for before is reused.

    The requests wait behind all interactive ones; the workers' sweep rings for them.

    Args:
        user: the admin who asks.
        card: the installed bundle.
        title: how people find it.
        rows: labels and counts.
        seed: of the first picture, as text; the following have the following numbers. Blank: rolled.
        origin: where the distribution came from, in words.

    Raises:
        DomainError: for a title, label or seed that is not allowed; nothing is stored.
    """
    if not 1 <= len(title.strip()) <= TITLE_MOST:
        raise DomainError(f"A name has 1 to {TITLE_MOST} characters.", field="title")
    asked = _asked(card, rows, seed)
    batch = Batch.objects.create(
        title=title.strip(),
        user=user,
        bundle=card.name,
        bundle_digest=card.digest,
        rows=[
            {"labels": {name: value or None for name, value in row.labels.items()}, "count": row.count}
            for row in rows
        ],
        origin=origin,
        first_seed=asked[0].seed,
    )
    BatchItem.objects.bulk_create(
        BatchItem(batch=batch, number=number, request=_request(user, one)) for number, one in enumerate(asked, 1)
    )
    return batch


def batch_cancel(batch: Batch) -> int:
    """Cancel what is not drawn yet and return how many that were. What is drawn stays."""
    live = GenerationRequest.objects.filter(pk__in=_requests_of(batch), state__in=LIVE, queue=Queue.BATCH)
    found = list(live)
    for request in found:
        request_cancel(request)
    Batch.objects.filter(pk=batch.pk).update(cancelled_at=timezone.now())
    return len(found)


def batch_retry(batch: Batch) -> int:
    """Ask again for the pictures that failed or were cancelled, and return how many they are."""
    ended = GenerationRequest.objects.filter(
        pk__in=_requests_of(batch), state__in=[State.FAILED, State.CANCELLED], queue=Queue.BATCH
    )
    asked = ended.update(
        state=State.QUEUED,
        attempts=0,
        attempt_token="",
        cancel_requested=False,
        error="",
        failure="",
        rung_at=None,
        started_at=None,
        finished_at=None,
    )
    Batch.objects.filter(pk=batch.pk).update(cancelled_at=None)
    return asked


def item_screened(item: BatchItem, scores: dict[str, Any]) -> None:
    """Note what the screens found; the first finding stays."""
    BatchItem.objects.filter(pk=item.pk, screened_at=None).update(screened_at=timezone.now(), scores=scores)


@transaction.atomic
def item_decide(item: BatchItem, verdict: str, actor: User) -> BatchDecision:
    """Record a decision with the scores as they are; `open` takes the last one back.

    Locks: the item's row.

    Raises:
        DomainError: for an unknown verdict.
        ConflictError: when the picture is not drawn and screened yet.
    """
    if verdict not in Verdict.values:
        raise DomainError(
            f"A decision is one of {', '.join(Verdict.values)}; got {verdict[:20]!r}.", field="verdict"
        )
    locked = BatchItem.objects.select_for_update().get(pk=item.pk)
    if locked.screened_at is None:
        raise ConflictError("This picture is not drawn and screened yet.")
    BatchItem.objects.filter(pk=locked.pk).update(verdict=verdict)
    return BatchDecision.objects.create(item=locked, verdict=verdict, scores=locked.scores, user=actor)


def _asked(card: BundleCard, rows: Sequence[Row], seed: str) -> list[Parameters]:
    """Return the parameters of every picture, row by row, with rising seeds."""
    first = seed.strip() or str(new_seed())
    labels = [row.labels for row in rows for _ in range(row.count)]
    head = parameters_from(card, {**labels[0], "seed": first})
    if head.seed + len(labels) > SEED_LIMIT:
        raise DomainError(f"The first seed must leave room for {len(labels)}; got {head.seed}.", field="seed")
    return [parameters_from(card, {**one, "seed": str(head.seed + i)}) for i, one in enumerate(labels)]


def _request(user: User, asked: Parameters) -> GenerationRequest:
    same = request_same(asked.dedup_key(user.pk))
    return same or request_store(user, asked, queue=Queue.BATCH)


def _requests_of(batch: Batch) -> Any:
    return BatchItem.objects.filter(batch=batch).values("request")
