"""Adds events to a study's chain."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone

from studies.design.canonical import canonical_hash
from studies.models.audit import AuditEvent
from studies.models.study import Study
from webapp.accounts.models import User
from webapp.core.tokens import signature


def audit_add(
    study: Study, actor: User | None, kind: str, body: dict[str, Any] | None = None, *, reason: str = ""
) -> AuditEvent:
    """Append one event to the study's chain, inside the caller's transaction.

    Locks: the study's row, so that two writers can't take the same place in the chain.

    Args:
        study: whose chain.
        actor: who did it; None for the system.
        kind: what was done, such as "study.locked".
        body: facts without any name of a person: reader codes, counts, hashes, before and after.
        reason: why, where the rules ask for one.
    """
    Study.objects.select_for_update().only("pk").get(pk=study.pk)
    last = AuditEvent.objects.filter(study=study).order_by("-seq").first()
    event = AuditEvent(
        study=study,
        seq=last.seq + 1 if last else 1,
        at=timezone.now(),
        actor=actor,
        actor_ref=actor_reference(actor),
        kind=kind,
        body=body or {},
        reason=reason,
        prev_hash=last.hash if last else "",
    )
    event.hash = event_hash(event, study_slug=study.slug)
    event.save(force_insert=True)
    return event


def actor_reference(actor: User | None) -> str:
    """Return the keyed reference of a person in the chain: the same each time, and no name."""
    return signature(settings.SECRET_KEY.encode(), "audit-actor", str(actor.pk)) if actor else ""


def event_hash(event: AuditEvent, *, study_slug: str) -> str:
    """Return SHA-256 over the previous hash and the event's canonical JSON, in hexadecimal."""
    return canonical_hash(
        {
            "prev": event.prev_hash,
            "study": study_slug,
            "seq": event.seq,
            "at": event.at.isoformat(timespec="microseconds"),
            "actor": event.actor_ref,
            "kind": event.kind,
            "body": event.body,
            "reason": event.reason,
        }
    )
