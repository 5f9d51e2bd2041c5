"""Runs the leak check, keeps its report, and holds the door while packaging tells the arms apart."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from studies.errors import LeakError, SignatureError
from studies.leakage.audit import LeakResult, leak_audit
from studies.models.audit import AuditEvent
from studies.models.leak import LeakReport
from studies.models.signature import Act
from studies.models.study import MemberRole, Membership, Study
from studies.selectors.leaks import cases_sha256, leak_cases, leak_latest
from studies.services.audit import audit_add
from studies.services.signatures import Signed, signature_body, signature_store
from webapp.accounts.models import User

REASON_LEAST = 10  # characters


def leak_check(study: Study, actor: User | None, *, seed: int = 1, permutations: int = 999) -> LeakReport:
    """Look at every channel of the register and keep what was found.

    Emits: "leaks.checked" with the verdict.
    """
    digest = cases_sha256(study)
    result = leak_audit(*leak_cases(study, seed=seed), seed=seed, permutations=permutations)
    with transaction.atomic():
        report = LeakReport.objects.create(
            study=study,
            at=timezone.now(),
            actor=actor,
            cases_sha256=digest,
            blocked=result.blocked,
            body=result.to_dict(),
        )
        audit_add(study, actor, "leaks.checked", _facts(result, digest))
    return report


def leak_gate(study: Study, signed: Signed | None) -> LeakReport | None:
    """Let a study open, or not.

    Without a report of the present cases nothing is known, and nothing is held back: the page asks for the
    check before it offers to open. With a leak only the owner's signature with a reason opens.

    Returns:
        The report that the signature overrides, or none where there is nothing to override.

    Raises:
        LeakError: when a packaging channel is above its threshold and nobody signed.
        SignatureError: when the signature has no reason, or is not the owner's.
    """
    report = leak_latest(study)
    if report is None or not report.blocked:
        return None
    names = ", ".join(leaking(report))
    if signed is None:
        raise LeakError(
            f"The study can't open: the arms can be told apart by {names}. "
            "The owner may open it with a signed reason."
        )
    if len(signed.reason) < REASON_LEAST:
        raise SignatureError(f"Give a reason of at least {REASON_LEAST} characters.", field="reason")
    if not Membership.objects.filter(study=study, user=signed.user, role=MemberRole.OWNER).exists():
        raise SignatureError("Only the study's owner can open it in spite of a leak.")
    return report


def leak_override(study: Study, report: LeakReport, signed: Signed) -> AuditEvent:
    """Record that the owner opens in spite of a leak. Emits: "leaks.overridden", signed, with the reason."""
    body = {"channels": leaking(report), "report": report.pk} | signature_body(signed, Act.OVERRIDE)
    event = audit_add(study, signed.user, "leaks.overridden", body, reason=signed.reason)
    signature_store(event, signed)
    return event


def leaking(report: LeakReport) -> list[str]:
    """Return the names of a report's packaging channels above their threshold."""
    return [
        one["label"].lower()
        for one in report.body["findings"]
        if one["verdict"] == "leak" and one["kind"] == "packaging"
    ]


def _facts(result: LeakResult, digest: str) -> dict[str, object]:
    leaks = [one.key for one in result.leaks]
    verdict = (
        f"{len(leaks)} packaging channels above threshold" if leaks else "no packaging channel above threshold"
    )
    return {"verdict": verdict, "channels": leaks, "cases_sha256": digest, "seed": result.seed}
