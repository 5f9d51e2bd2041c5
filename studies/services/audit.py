"""Adds events to a study's chain."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from studies.models.audit import AuditEvent
from studies.models.signature import AuditHead
from studies.models.study import Study
from studies.selectors.audit import event_hash
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


@transaction.atomic
def heads_keep(study: Study, day: datetime.date) -> AuditHead | None:
    """Keep where the chain stands as the head of this day, once; the first call of a day counts.

    Returns:
        The day's head, or none for a chain without events.
    """
    last = AuditEvent.objects.filter(study=study).order_by("-seq").first()
    if last is None:
        return None
    fields = {"seq": last.seq, "hash": last.hash, "at": timezone.now()}
    return AuditHead.objects.get_or_create(study=study, day=day, defaults=fields)[0]
