"""Readers join a study; each gets every case in an order of their own, stored once."""

from __future__ import annotations

from django.db import transaction

from studies.design.allocation import fully_crossed
from studies.design.hash_stream import HashStream
from studies.design.randomisation import constrained_order
from studies.models.participant import Participant
from studies.models.study import MemberRole, Membership, State, Study
from studies.models.trial import Trial
from studies.models.truth import CaseTruth
from studies.services.audit import audit_add
from studies.services.cases import random_code
from webapp.accounts.models import Role, User
from webapp.core.errors import ConflictError, DomainError, NotFoundError

JOINABLE = {State.DRAFT, State.LOCKED, State.OPEN, State.PAUSED}
_READER_CODE_LENGTH = 4


@transaction.atomic
def reader_enrol(study: Study, username: str, actor: User) -> Participant:
    """Make a reader account a participant; in a locked study their trials are made at once.

    Locks: the study's row. Emits: "reader.enrolled".

    Raises:
        DomainError: when there is no such account or it is not a reader's.
        ConflictError: when the person has a role in the study already, or it takes no more readers.
    """
    study = Study.objects.select_for_update().get(pk=study.pk)
    if study.state not in JOINABLE:
        raise ConflictError("This study is closed and takes no more readers.")
    user = User.objects.filter(username=username.strip(), is_active=True).first()
    if user is None:
        raise DomainError(f"There is no account named {username.strip()[:60]!r}.", field="username")
    if user.role != Role.READER:
        raise DomainError(f"{user.username} is not a reader. Only reader accounts can read.", field="username")
    if Membership.objects.filter(study=study, user=user).exists():
        raise ConflictError(f"{user.username} is in this study already.", field="username")
    membership = Membership.objects.create(study=study, user=user, role=MemberRole.READER)
    taken = set(study.participants.values_list("reader_code", flat=True))
    participant = Participant.objects.create(
        study=study, membership=membership, reader_code=random_code(taken, length=_READER_CODE_LENGTH)
    )
    if study.state != State.DRAFT:
        trials_create(study, [participant])
    audit_add(study, actor, "reader.enrolled", {"reader": participant.reader_code})
    return participant


@transaction.atomic
def reader_remove(study: Study, reader_code: str, actor: User) -> None:
    """Take a reader out of a draft. Once a study is locked, nobody who was given trials leaves its record.

    Locks: the study's row. Emits: "reader.removed".

    Raises:
        NotFoundError: when the study has no such reader.
        ConflictError: when the study is no draft.
    """
    study = Study.objects.select_for_update().get(pk=study.pk)
    if study.state != State.DRAFT:
        raise ConflictError("This study is locked: its readers stay in the record.")
    participant = study.participants.select_related("membership").filter(reader_code=reader_code).first()
    if participant is None:
        raise NotFoundError(f"This study has no reader {reader_code}.")
    participant.delete()
    participant.membership.delete()
    audit_add(study, actor, "reader.removed", {"reader": reader_code})


def trials_create(study: Study, participants: list[Participant]) -> None:
    """Make and store all trials of these participants, in the order that the study's seed gives each.

    The order depends on the seed, the reader code and the case codes alone, so that anybody can recompute
    it once the seed is shown.
    """
    truths = CaseTruth.objects.filter(case__study=study).select_related("case").order_by("case__code")
    cases = {truth.case.code: truth for truth in truths}
    max_run = study.protocols.latest("number").body["design"]["max_run"]
    plan = fully_crossed([participant.reader_code for participant in participants], list(cases))
    seed = bytes(study.seed or b"")
    trials = []
    for participant in participants:
        codes = plan[participant.reader_code]
        stream = HashStream(seed, f"order|{participant.reader_code}")
        order = constrained_order([cases[code].is_synthetic for code in codes], stream, max_run=max_run)
        trials += [
            Trial(participant=participant, case=cases[codes[place]].case, index=index)
            for index, place in enumerate(order, 1)
        ]
    Trial.objects.bulk_create(trials, batch_size=500)
