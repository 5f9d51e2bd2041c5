"""A study's way: draft, locked, open and paused, closed, unblinded, archived. Nothing else sets a state."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from studies.design.errors import DesignError
from studies.design.protocol import Protocol, protocol_check, protocol_hash
from studies.design.randomisation import commitment
from studies.errors import NotReadyError
from studies.models.signature import Act
from studies.models.study import MemberRole, Membership, ProtocolVersion, State, Study
from studies.selectors.design import case_facts, run_length
from studies.selectors.readiness import class_counts, study_readiness
from studies.services.audit import audit_add
from studies.services.enrolment import trials_create
from studies.services.leaks import leak_gate, leak_override
from studies.services.signatures import Signed, signature_body, signature_store
from webapp.accounts.models import User
from webapp.core.errors import ConflictError, DomainError

NEXT = {
    State.DRAFT: {State.LOCKED},
    State.LOCKED: {State.OPEN},
    State.OPEN: {State.PAUSED, State.CLOSED},
    State.PAUSED: {State.OPEN, State.CLOSED},
    State.CLOSED: {State.UNBLINDED},
    State.UNBLINDED: {State.ARCHIVED},
    State.ARCHIVED: set(),
}


@transaction.atomic
def study_create(*, title: str, owner: User, protocol: Protocol, rehearsal_of: Study | None = None) -> Study:
    """Create a draft study with its protocol; the owner may see the truth while it is a draft and after closing.

    Emits: "study.created".

    Raises:
        DomainError: when the title is empty or too long, or the protocol is not valid.
    """
    title = " ".join(title.split())
    if not 3 <= len(title) <= 120:
        raise DomainError("Give the study a title of 3 to 120 characters.", field="title")
    _check(protocol)
    study = Study.objects.create(title=title, slug=_slug(title), created_by=owner, rehearsal_of=rehearsal_of)
    ProtocolVersion.objects.create(study=study, body=protocol)
    Membership.objects.create(study=study, user=owner, role=MemberRole.OWNER)
    audit_add(study, owner, "study.created", {"title": title})
    return study


@transaction.atomic
def study_lock(study: Study, actor: User, signed: Signed | None = None) -> Study:
    """Freeze protocol and cases, draw the seed, and make every reader's trials.

    A person's lock comes with a signature (the page asks for it); only commands lock without one.

    Locks: the study's row. Emits: "study.locked" with the protocol's hash and the seed's commitment.

    Raises:
        NotReadyError: with every reason why the study can't be locked yet.
        ConflictError: when it is not a draft.
    """
    study = _step(study, State.LOCKED)
    missing = [check.detail for check in study_readiness(study) if not check.ok]
    if missing:
        raise NotReadyError(" ".join(missing))
    protocol = study.protocols.latest("number")
    counts = class_counts(study)
    body = protocol.body
    asked = body["design"]["max_run"]
    body["design"]["max_run"] = kept = run_length(case_facts(study, body["design"]), body["design"])
    _check(body)
    protocol.sha256, protocol.locked_at, protocol.locked_by = protocol_hash(body), timezone.now(), actor
    protocol.save()
    study.seed = secrets.token_bytes(32)
    study.seed_commitment = commitment(study.seed)
    study.state = State.LOCKED
    study.save()
    try:
        trials_create(study, list(study.participants.order_by("pk")))
    except DesignError as error:
        raise NotReadyError(f"The design does not fit the cases: {error.message}.", field=error.field) from error
    facts: dict[str, Any] = {
        "protocol": protocol.sha256, "seed_sha256": study.seed_commitment, "cases": counts.total,
    }  # fmt: skip
    if kept != asked:  # the classes are too uneven for the run that was asked for
        facts["max_run"] = {"asked": asked, "kept": kept}
    signature_store(audit_add(study, actor, "study.locked", facts | signature_body(signed, Act.LOCK)), signed)
    return study


@transaction.atomic
def study_open(study: Study, actor: User, signed: Signed | None = None) -> Study:
    """Let readers read: from locked, or again from paused.

    Emits: "study.opened"; before it "leaks.overridden" when the owner opens in spite of a leak.

    Raises:
        LeakError: when the leak check of these cases found a leak of the packaging, and nobody signed.
    """
    if Study.objects.select_for_update().get(pk=study.pk).state == State.LOCKED:
        report = leak_gate(study, signed)
        if report is not None and signed is not None:
            leak_override(study, report, signed)
    return _move(study, State.OPEN, actor, "study.opened")


def study_pause(study: Study, actor: User) -> Study:
    """Hold reading for a while; readers keep their place. Emits: "study.paused"."""
    return _move(study, State.PAUSED, actor, "study.paused")


@transaction.atomic
def study_close(study: Study, actor: User) -> Study:
    """End reading for good and show the seed of the orders. Emits: "study.closed"."""
    study = _move(study, State.CLOSED, actor, "study.closed")
    audit_add(study, actor, "seed.revealed", {"seed": bytes(study.seed or b"").hex()})
    return study


@transaction.atomic
def study_unblind(study: Study, actor: User, signed: Signed | None = None) -> Study:
    """Open truth and results to owner and analysts, only after closing. Emits: "study.unblinded".

    Raises:
        ConflictError: when the study is not closed, or the person is neither owner nor analyst.
    """
    allowed = {MemberRole.OWNER, MemberRole.ANALYST}
    if not Membership.objects.filter(study=study, user=actor, role__in=allowed).exists():
        raise ConflictError("Only the study's owner or analyst can unblind it.")
    return _move(study, State.UNBLINDED, actor, "study.unblinded", act=Act.UNBLIND, signed=signed)


def study_archive(study: Study, actor: User) -> Study:
    """Put a finished study away; it stays readable. Emits: "study.archived"."""
    return _move(study, State.ARCHIVED, actor, "study.archived")


@transaction.atomic
def _move(
    study: Study, to: State, actor: User, kind: str, *, act: Act = Act.LOCK, signed: Signed | None = None
) -> Study:
    study = _step(study, to)
    before = study.state
    study.state = to
    study.save(update_fields=["state"])
    event = audit_add(study, actor, kind, {"before": before, "after": to.value} | signature_body(signed, act))
    signature_store(event, signed)
    return study


def _step(study: Study, to: State) -> Study:
    current = Study.objects.select_for_update().get(pk=study.pk)
    if to not in NEXT[State(current.state)]:
        state, wanted = State(current.state).label.lower(), to.label.lower()
        raise ConflictError(f"The study is {state} and can't become {wanted} from there.")
    return current


def _check(body: Protocol) -> None:
    try:
        protocol_check(body)
    except DesignError as error:
        raise DomainError(f"The protocol is not valid: {error.message}", field=error.field) from error


def _slug(title: str) -> str:
    # The random end keeps addresses apart from each other and from fixed pages such as /studies/new/.
    return f"{slugify(title)[:60].strip('-') or 'study'}-{secrets.token_hex(2)}"
