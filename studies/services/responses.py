"""Stores what a reader said, once, whatever the network did to the request. Can't reach the truth."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from studies.design.answers import answers_check
from studies.design.canonical import canonical_hash
from studies.design.errors import DesignError, OutsideImageError, UnansweredError, UnknownOptionError
from studies.design.marks import marks_check
from studies.errors import (
    AlreadyAnsweredError,
    AnswerError,
    DifferentBodyError,
    MissingAnswerError,
    NotCurrentError,
    NotOpenError,
    OutsideImageAnswerError,
    UnknownAnswerError,
    WithdrawnError,
)
from studies.models.participant import Participant
from studies.models.reading import Draft, Sitting
from studies.models.response import Response
from studies.models.study import ProtocolVersion, State, Study
from studies.models.trial import Trial
from studies.selectors.trials import NOTHING_HERE, not_open_words, trial_picture, washout_check
from studies.services.audit import audit_add
from studies.services.sittings import presentation_end
from webapp.accounts.models import User
from webapp.core.errors import NotFoundError

_KINDS: dict[type[DesignError], type[AnswerError]] = {
    OutsideImageError: OutsideImageAnswerError,
    UnansweredError: MissingAnswerError,
    UnknownOptionError: UnknownAnswerError,
}


@dataclass(frozen=True)
class Submission:
    """One answer as it came from the browser; times are the browser's own."""

    id: uuid.UUID
    trial_token: str
    revision: int
    answers: dict[str, Any]
    marks: list[dict[str, Any]]
    client_at: datetime.datetime
    active_ms: int
    sitting: str = ""

    @property
    def sha256(self) -> str:
        """SHA-256 of the canonical JSON of what was answered; the browser computes the same."""
        body = {
            "trial": self.trial_token,
            "revision": self.revision,
            "answers": self.answers,
            "marks": self.marks,
        }
        return canonical_hash(body)


@dataclass(frozen=True)
class Receipt:
    """What the reader's browser is told: the stored hash, how many are done of how many, and if it is new."""

    sha256: str
    done: int
    count: int
    created: bool


@transaction.atomic
def response_submit(user: User, submission: Submission) -> Receipt:
    """Store an answer to the reader's present trial; the same answer again is acknowledged, not stored twice.

    Locks: the participant's row, so that of two equal requests at once one stores and one acknowledges. Then,
    when the answer has been checked and only its rows are left to write, the study's: nothing is stored once
    closing has been confirmed, and other readers wait for the writing alone.
    Emits: "response.stored".

    Raises:
        NotFoundError: for a trial or an identifier that is not this reader's.
        DifferentBodyError: when the identifier is stored with another content.
        WithdrawnError: when the reader has left the study.
        NotOpenError: when the study takes no answers now.
        AlreadyAnsweredError: when the trial has an answer under another identifier.
        NotCurrentError: when the trial is a coming one.
        AnswerError: when the protocol does not allow the answer, naming the question; of its own kind for a
            missing answer, an unknown option and a mark outside its image.
    """
    mine = Trial.objects.filter(participant__membership__user=user).select_related("case__asset__image")
    trial = mine.filter(token=submission.trial_token).first()
    if trial is None:
        raise NotFoundError(NOTHING_HERE)
    people = Participant.objects.select_related("study").select_for_update(of=("self",))
    participant = people.get(pk=trial.participant_id)
    known = Response.objects.filter(pk=submission.id).select_related("trial").first()
    if known is not None:
        return _acknowledge(known, submission, participant)
    _check_place(trial, participant)
    protocol = ProtocolVersion.objects.filter(study=participant.study_id, locked_at__isnull=False).latest("number")
    washout_check(trial, protocol.body["design"])
    _check_content(protocol, trial, submission)
    study = Study.objects.select_for_update().get(pk=participant.study_id)
    if study.state != State.OPEN:
        raise NotOpenError(f"{not_open_words(study)} This answer was not stored.")
    receipt = _store(trial, participant, protocol, submission)
    body = {"reader": participant.reader_code, "index": trial.index, "id": str(submission.id)}
    audit_add(study, user, "response.stored", body | {"sha256": receipt.sha256})
    return receipt


def trial_serve(trial: Trial) -> None:
    """Note when a trial was first shown and that its reader is there: the server's own clock."""
    now = timezone.now()
    if trial.first_served_at is None:
        Trial.objects.filter(pk=trial.pk, first_served_at__isnull=True).update(first_served_at=now)
    Participant.objects.filter(pk=trial.participant_id).update(last_seen_at=now)


def _acknowledge(known: Response, submission: Submission, participant: Participant) -> Receipt:
    if known.trial.participant_id != participant.pk:
        raise NotFoundError(NOTHING_HERE)
    if known.sha256 != submission.sha256:
        raise DifferentBodyError("This answer was stored before with another content. The first one stands.")
    return Receipt(known.sha256, participant.done, _count(participant), created=False)


def _check_place(trial: Trial, participant: Participant) -> None:
    if participant.withdrawn_at is not None:
        raise WithdrawnError("You have left this study. This answer was not stored.")
    if participant.study.state != State.OPEN:
        raise NotOpenError(f"{not_open_words(participant.study)} This answer was not stored.")
    if trial.index <= participant.done:
        raise AlreadyAnsweredError(f"Case {trial.index} has an answer already. It stands.")
    if trial.index > participant.done + 1:
        raise NotCurrentError(f"This is case {trial.index}; the present one is case {participant.done + 1}.")


def _check_content(protocol: ProtocolVersion, trial: Trial, submission: Submission) -> None:
    if submission.revision != 1:
        raise AnswerError("This study allows no second answer to a case.", field="revision")
    image = trial_picture(trial)
    questions = protocol.body["questions"]
    try:
        answers_check(questions, submission.answers)
        marks_check(questions, submission.marks, rows=image.rows, columns=image.columns)
    except DesignError as error:
        kind = _KINDS.get(type(error), AnswerError)
        raise kind(error.message, field=error.field) from error


def _store(trial: Trial, participant: Participant, protocol: ProtocolVersion, submission: Submission) -> Receipt:
    now = timezone.now()
    digest = submission.sha256
    Response.objects.create(
        id=submission.id,
        trial=trial,
        protocol=protocol,
        revision=submission.revision,
        answers=submission.answers,
        marks=submission.marks,
        sha256=digest,
        client_at=submission.client_at,
        server_at=now,
        active_ms=submission.active_ms,
        sitting=_sitting(participant, submission.sitting),
    )
    presentation_end(trial, submission.active_ms, now)
    Draft.objects.filter(trial=trial).delete()
    participant.done = trial.index
    participant.last_seen_at = now
    participant.save(update_fields=["done", "last_seen_at"])
    return Receipt(digest, participant.done, _count(participant), created=True)


def _sitting(participant: Participant, token: str) -> Sitting | None:
    return Sitting.objects.filter(participant=participant, token=token).first() if token else None


def _count(participant: Participant) -> int:
    return Trial.objects.filter(participant=participant).count()
