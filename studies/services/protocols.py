"""Changes what a draft asks and fixes. Nothing here touches a locked study."""

from __future__ import annotations

from django.db import transaction

from studies.design.errors import DesignError
from studies.design.protocol import Protocol, protocol_check
from studies.models.study import ProtocolVersion, Study
from studies.services.audit import audit_add
from studies.services.cases import draft_for_update
from webapp.accounts.models import User
from webapp.core.errors import DomainError

TITLE_LEAST, TITLE_MOST = 3, 120


@transaction.atomic
def protocol_change(study: Study, actor: User, body: Protocol) -> ProtocolVersion:
    """Put another protocol in place of a draft's; the same one again changes nothing.

    Locks: the study's row. Emits: "protocol.changed" with the names of the parts that changed.

    Raises:
        DomainError: when the protocol is not valid, naming the field.
        ConflictError: when the study is no draft.
    """
    study = draft_for_update(study)
    protocol = study.protocols.latest("number")
    before = protocol.body
    if body == before:
        return protocol
    try:
        protocol_check(body)
    except DesignError as error:
        raise DomainError(f"The protocol is not valid: {error.message}", field=error.field) from error
    protocol.body = body
    protocol.save(update_fields=["body"])
    changed = sorted(key for key in {*before, *body} if before.get(key) != body.get(key))
    audit_add(study, actor, "protocol.changed", {"parts": changed})
    return protocol


@transaction.atomic
def title_change(study: Study, actor: User, title: str) -> Study:
    """Give a draft another title; its address stays.

    Locks: the study's row. Emits: "study.renamed" with both titles.

    Raises:
        DomainError: for a title out of bounds.
        ConflictError: when the study is no draft.
    """
    study, title = draft_for_update(study), " ".join(title.split())
    if not TITLE_LEAST <= len(title) <= TITLE_MOST:
        raise DomainError(f"Give the study a title of {TITLE_LEAST} to {TITLE_MOST} characters.", field="title")
    if title != study.title:
        before, study.title = study.title, title
        study.save(update_fields=["title"])
        audit_add(study, actor, "study.renamed", {"before": before, "after": title})
    return study
