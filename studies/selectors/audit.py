"""Reads a study's chain of events: is it whole, and what does it say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from studies.design.canonical import canonical_hash
from studies.models.audit import AuditEvent
from studies.models.participant import Participant
from studies.models.signature import AuditHead, Signature
from studies.models.study import Study


@dataclass(frozen=True)
class ChainState:
    """What a walk along a chain found.

    Args:
        count: events seen.
        head: hash of the last one, empty for no event.
        broken_seq: number of the first event that does not fit, or none.
        why: what does not fit, as a sentence; empty when the chain is whole.
    """

    count: int
    head: str
    broken_seq: int | None = None
    why: str = ""

    @property
    def ok(self) -> bool:
        """Whether the chain is whole."""
        return self.broken_seq is None


def event_hash(event: AuditEvent, *, study_slug: str) -> str:
    """Return SHA-256 over the previous hash and the event's canonical JSON, in hexadecimal."""
    return canonical_hash(_hashed_fields(event, study_slug))


def chain_verify(study: Study) -> ChainState:
    """Walk the chain from its first event and return its state, naming the first event that does not fit.

    Checks the numbering, each link, each hash, the stored head of each day, and each signature's event.
    """
    heads = {head.seq: head for head in AuditHead.objects.filter(study=study)}
    signatures = dict(Signature.objects.filter(study=study).values_list("event_id", "meaning"))
    previous, count = "", 0
    for event in _events(study).iterator(chunk_size=2000):
        why = _misfit(event, count + 1, previous, study.slug)
        head = heads.pop(event.seq, None)
        if not why and head is not None and head.hash != event.hash:
            why = f"It is not the event that was the head of {head.day.isoformat()}."
        if not why and event.pk in signatures and event.body.get("meaning") != signatures[event.pk]:
            why = "Its signature says something else."
        if why:
            return ChainState(count, previous, event.seq, f"Event {event.seq} ({event.kind}): {why}")
        previous, count = event.hash, event.seq
    if heads:
        head = heads[min(heads)]
        return ChainState(count, previous, count + 1, f"Event {head.seq}, the head of {head.day}, is missing.")
    return ChainState(count, previous)


def counts_verify(study: Study) -> list[str]:
    """Return, in words, each reader whose count is not the number of cases with an answer; none when all agree."""
    people = Participant.objects.filter(study=study).annotate(
        answered=Count("trials", filter=Q(trials__responses__isnull=False), distinct=True)
    )
    return [
        f"Reader {person.reader_code}: {person.done} counted, {person.answered} answered."  # type: ignore[attr-defined]
        for person in people.order_by("reader_code")
        if person.done != person.answered  # type: ignore[attr-defined]
    ]


def chain_lines(study: Study) -> Iterator[dict[str, Any]]:
    """Return each event as it is hashed, with its hash and who signed: enough to recompute the chain elsewhere."""
    signed = set(Signature.objects.filter(study=study).values_list("event_id", flat=True))
    for event in _events(study).iterator(chunk_size=2000):
        yield _hashed_fields(event, study.slug) | {"hash": event.hash, "signature": event.pk in signed}


def chain_events(study: Study, *, answers: bool = False) -> QuerySet[AuditEvent]:
    """Return the events, newest first, with their people; the stored answers only when asked for."""
    events = AuditEvent.objects.filter(study=study).select_related("actor", "signature")
    return (events if answers else events.exclude(kind="response.stored")).order_by("-seq")


def _events(study: Study) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.filter(study=study).order_by("seq")


def _misfit(event: AuditEvent, seq: int, previous: str, slug: str) -> str:
    if event.seq != seq:
        return f"Expected number {seq}: an event is missing."
    if event.prev_hash != previous:
        return "It does not follow the event before it."
    if event.hash != event_hash(event, study_slug=slug):
        return "Its content was changed."
    return ""


def _hashed_fields(event: AuditEvent, slug: str) -> dict[str, Any]:
    return {
        "prev": event.prev_hash,
        "study": slug,
        "seq": event.seq,
        "at": event.at.isoformat(timespec="microseconds"),
        "actor": event.actor_ref,
        "kind": event.kind,
        "body": event.body,
        "reason": event.reason,
    }
