"""Readers join a study; each gets every case in an order of their own, stored once."""

from __future__ import annotations

from django.db import transaction

from studies.design.errors import DesignError
from studies.design.plan import PlannedTrial, reader_plan
from studies.models.case import Case
from studies.models.participant import Participant
from studies.models.study import MemberRole, Membership, State, Study
from studies.models.trial import Trial
from studies.selectors.design import case_facts, reader_places
from studies.services.audit import audit_add
from studies.services.cases import random_code
from webapp.accounts.models import Role, User
from webapp.core.errors import ConflictError, DomainError, NotFoundError

JOINABLE = {State.DRAFT, State.LOCKED, State.OPEN, State.PAUSED}
_READER_CODE_LENGTH = 4


@transaction.atomic
def reader_enrol(study: Study, username: str, actor: User, *, simulated: bool = False) -> Participant:
    """Make a reader account a participant; in a locked study their trials are made at once.

    Locks: the study's row. Emits: "reader.enrolled".

    Raises:
        DomainError: when there is no such account or it is not a reader's.
        ConflictError: when the person has a role in the study already, it takes no more readers, or a real
            reader would meet a rehearsal, or a simulated one a real study.
    """
    study = Study.objects.select_for_update().get(pk=study.pk)
    if simulated != (study.rehearsal_of_id is not None):
        raise ConflictError("Simulated readers read rehearsals alone, and rehearsals have no others.")
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
        study=study,
        membership=membership,
        reader_code=random_code(taken, length=_READER_CODE_LENGTH),
        simulated=simulated,
    )
    if study.state != State.DRAFT:
        try:
            trials_create(study, [participant])
        except DesignError as error:
            raise ConflictError(f"The design has no order for one more reader: {error.message}.") from error
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
    """Make and store all trials of these participants, as the protocol's design makes them of the study's seed.

    They depend on the seed, the reader codes, who enrolled before whom, and the cases alone, so that anybody
    can recompute them once the seed is shown (`manage.py verify_order`).

    Raises:
        DesignError: when the cases do not allow the design.
    """
    design = study.protocols.latest("number").body["design"]
    facts, cases = case_facts(study, design), {case.code: case for case in study.cases.all()}
    places = reader_places(study)
    for participant in participants:
        place = places[participant.reader_code]
        if design["allocation"] == "split_plot":
            participant.group = str(place.place % design["groups"] + 1)
            participant.save(update_fields=["group"])
        _store(participant, reader_plan(design, place, facts, bytes(study.seed or b"")), cases)


def _store(participant: Participant, planned: list[PlannedTrial], cases: dict[str, Case]) -> None:
    trials: list[Trial] = []
    firsts: dict[tuple[str, int], Trial] = {}
    for index, one in enumerate(planned, 1):
        trial = Trial(
            participant=participant,
            case=cases[one.case],
            right_case=cases[one.right] if one.right else None,
            index=index,
            phase=one.phase,
            occurrence=one.occurrence,
            session=one.session,
            condition=one.condition,
        )
        firsts.setdefault((one.case, one.session), trial)
        trials.append(trial)
    # What is repeated needs its row before the row that names it.
    Trial.objects.bulk_create(
        [t for t, one in zip(trials, planned, strict=True) if not one.repeat], batch_size=500
    )
    again = [(trial, one) for trial, one in zip(trials, planned, strict=True) if one.repeat]
    for trial, one in again:
        trial.repeat_of = firsts[one.case, one.session]
    Trial.objects.bulk_create([trial for trial, _ in again], batch_size=500)
