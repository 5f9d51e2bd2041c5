"""Reads batches. Study admins alone come here; the views see to that."""

from __future__ import annotations

from statistics import median
from typing import Any

from django.db.models import Count, Q, QuerySet

from webapp.core.errors import NotFoundError
from webapp.generation.batches.models import Batch, BatchItem, Verdict
from webapp.generation.models import LIVE, State

_LIVE = Q(items__request__state__in=LIVE)


def batch_list() -> QuerySet[Batch]:
    """Return all batches, newest first, with `total`, `drawn`, `failed`, `live`, `accepted` and `rejected`."""
    return Batch.objects.select_related("user").annotate(
        total=Count("items"),
        drawn=Count("items", filter=Q(items__request__state=State.FINISHED)),
        failed=Count("items", filter=Q(items__request__state=State.FAILED)),
        stopped=Count("items", filter=Q(items__request__state=State.CANCELLED)),
        live=Count("items", filter=_LIVE),
        accepted=Count("items", filter=Q(items__verdict=Verdict.ACCEPTED)),
        rejected=Count("items", filter=Q(items__verdict=Verdict.REJECTED)),
    )


def batch_get(token: str) -> Batch:
    """Return a batch with its counts.

    Raises:
        NotFoundError: when there is none.
    """
    found = batch_list().filter(token=token).first()
    if found is None:
        raise NotFoundError("There is no such batch.")
    return found


def batch_items(batch: Batch) -> list[BatchItem]:
    """Return the batch's items in order, each with its request and picture."""
    return list(batch.items.select_related("request__image"))


def item_get(batch: Batch, number: int) -> BatchItem:
    """Return one item.

    Raises:
        NotFoundError: when the batch has no such number.
    """
    found = batch.items.filter(number=number).select_related("request__image").first()
    if found is None:
        raise NotFoundError("The batch has no such picture.")
    return found


def items_unscreened() -> QuerySet[BatchItem]:
    """Return the items whose picture is drawn and not screened."""
    drawn = BatchItem.objects.filter(screened_at=None, request__state=State.FINISHED, request__image__isnull=False)
    return drawn.select_related("request__image", "batch").order_by("pk")


def batch_remaining_s(items: list[BatchItem]) -> float | None:
    """Return about how many seconds the rest takes on one worker; None before the first is drawn."""
    times = [
        (one.request.finished_at - one.request.started_at).total_seconds()
        for one in items
        if one.request.state == State.FINISHED and one.request.finished_at and one.request.started_at
    ]
    left = sum(one.request.is_live for one in items)
    return round(median(times) * left, 1) if times and left else None


def batch_record(batch: Batch) -> list[dict[str, Any]]:
    """Return every decision in order: who, when, what, and the scores that were seen."""
    decisions = [
        decision for item in batch.items.prefetch_related("decisions__user") for decision in item.decisions.all()
    ]
    return [
        {
            "number": decision.item.number,
            "verdict": decision.verdict,
            "by": decision.user.username,
            "at": decision.decided_at.isoformat(),
            "scores": decision.scores,
        }
        for decision in sorted(decisions, key=lambda one: one.pk)
    ]
