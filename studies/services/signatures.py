"""Electronic signatures: the password once more, and what it is given for."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from studies.errors import SignatureError
from studies.models.audit import AuditEvent
from studies.models.signature import Act, Signature
from studies.models.study import Study
from studies.services.audit import audit_add
from webapp.accounts.models import User
from webapp.accounts.passwords import password_confirm

MEANINGS = {
    Act.LOCK: "I approve this protocol and its cases, and freeze both.",
    Act.UNBLIND: "I end the blinding of this study and know that this is recorded.",
    Act.OVERRIDE: "I open this study although something but the breast may tell the arms apart.",
}


@dataclass(frozen=True)
class Signed:
    """A signature that was checked, before its event is written.

    Args:
        user: who signed.
        act: for what act.
        meaning: the sentence that stood above the password.
        reason: why, in the signer's own words; may be empty where no reason is asked for.
    """

    user: User
    act: Act
    meaning: str
    reason: str = ""


def signature_check(study: Study, user: User, act: Act, *, password: str, reason: str = "") -> Signed:
    """Check the password once more and return the signature for the act.

    Emits: "signature.refused" when the password is wrong, so that guessing shows in the record.

    Raises:
        SignatureError: for a wrong password.
        QuotaError: after too many wrong ones.
    """
    if not password_confirm(user, password):
        _event_alone(study, user, "signature.refused", {"act": act.value})
        raise SignatureError("The password is wrong. Nothing was done.", field="password")
    return Signed(user=user, act=act, meaning=MEANINGS[act], reason=" ".join(reason.split())[:300])


def signature_body(signed: Signed | None, act: Act) -> dict[str, str]:
    """Return what the signed event's body says of its signature; nothing for an act of the system itself.

    Raises:
        SignatureError: when the signature is for another act.
    """
    if signed is None:
        return {}
    if signed.act != act:
        raise SignatureError(f"Got a signature for “{signed.act.label}”, expected one for “{act.label}”.")
    return {"signed": signed.act.value, "meaning": signed.meaning}


def signature_store(event: AuditEvent, signed: Signed | None) -> None:
    """Store the signature beside its event, inside the caller's transaction."""
    if signed is None:
        return
    Signature.objects.create(
        study=event.study, event=event, user=signed.user, act=signed.act, meaning=signed.meaning, at=timezone.now()
    )


def _event_alone(study: Study, user: User, kind: str, body: dict[str, str]) -> None:
    """Append an event in a transaction of its own."""
    with transaction.atomic():
        audit_add(study, user, kind, body)
