"""Keeps the steps that a reader takes around the cases. Can't reach the truth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from studies.design.answers import answers_check
from studies.design.canonical import canonical_hash
from studies.design.errors import DesignError
from studies.errors import AnswerError, NotOpenError, StepTakenError, WithdrawnError
from studies.models.participant import Participant
from studies.models.reading import FlowStep, Step
from studies.models.study import State, Study
from studies.selectors.flow import DisplayNote, flow_of, steps_taken
from studies.selectors.trials import not_open_words
from studies.services.audit import audit_add
from webapp.accounts.models import User


def consent_give(participant: Participant, user: User, *, agreed: int) -> FlowStep:
    """Keep that the reader agreed to every statement.

    Args:
        participant: whose step.
        user: the reader.
        agreed: how many statements were ticked.

    Raises:
        AnswerError: when not all were.
    """
    statements = flow_of(participant)["consent"]["statements"]
    if agreed != len(statements):
        raise AnswerError("Agree to each statement to take part, or leave the study.", field="statements")
    return _take(participant, user, Step.CONSENT, {"statements": statements})


def display_keep(participant: Participant, user: User, note: DisplayNote) -> FlowStep:
    """Keep what this device's self-check found; a check that was skipped where it is only offered is kept as that.

    Raises:
        AnswerError: when the study requires a passed check and this session has none.
    """
    if flow_of(participant)["display_check"] == "required" and not note.passed:
        raise AnswerError("This study needs a display on which the check is passed.", field="display")
    last = steps_taken(participant).get(Step.DISPLAY)
    if last is not None and last.body.get("check") == note.check:
        return last
    body = {"check": note.check, "passed": note.passed, "result": dict(note.result or {})}
    return _take(participant, user, Step.DISPLAY, body, number=last.number + 1 if last else 1)


def answers_keep(participant: Participant, user: User, step: Step, answers: Mapping[str, Any]) -> FlowStep:
    """Keep the answers of the questionnaire or the debrief.

    Raises:
        AnswerError: naming the question that lacks an answer or got a wrong one.
    """
    questions = flow_of(participant)["questionnaire" if step is Step.QUESTIONNAIRE else "debrief"]
    try:
        answers_check(questions, answers)
    except DesignError as error:
        raise AnswerError(error.message, field=error.field) from error
    return _take(participant, user, step, {"answers": dict(answers)})


def quiz_pass(participant: Participant, user: User, *, said: list[int | None], tries: int) -> FlowStep:
    """Keep that the reader understood the instructions.

    Args:
        participant: whose step.
        user: the reader.
        said: the chosen option of each item.
        tries: how often the quiz was sent, this time included.

    Raises:
        AnswerError: naming the first item that is wrong.
    """
    items = flow_of(participant)["quiz"]
    for place, item in enumerate(items):
        if place >= len(said) or said[place] != item["correct"]:
            words = "has no answer" if place >= len(said) or said[place] is None else "is not right yet"
            raise AnswerError(f"“{item['question']}” {words}. Read the instructions again.", field=str(place))
    return _take(participant, user, Step.INSTRUCTIONS, {"said": said, "tries": tries})


@transaction.atomic
def participant_withdraw(participant: Participant, user: User) -> None:
    """End a reader's part. What was answered stays in the record; nothing more is asked or taken.

    Locks: the participant's row, then the study's. Emits: "reader.withdrew".
    """
    participant = Participant.objects.select_for_update().get(pk=participant.pk)
    if participant.withdrawn_at is not None:
        return
    participant.withdrawn_at = timezone.now()
    participant.save(update_fields=["withdrawn_at"])
    body = {"reader": participant.reader_code, "done": participant.done}
    FlowStep.objects.create(
        participant=participant, kind=Step.WITHDRAWAL, body={}, sha256=canonical_hash({}), server_at=timezone.now()
    )
    audit_add(participant.study, user, "reader.withdrew", body)


@transaction.atomic
def _take(participant: Participant, user: User, step: Step, body: dict[str, Any], *, number: int = 1) -> FlowStep:
    """Store a step once.

    Locks: the participant's row, then the study's. Emits: "step.taken" without its content.
    """
    participant = Participant.objects.select_for_update().get(pk=participant.pk)
    study = Study.objects.get(pk=participant.study_id)
    if participant.withdrawn_at is not None:
        raise WithdrawnError("You have left this study. Nothing more is asked of you.")
    if study.state != State.OPEN and step is not Step.DEBRIEF:
        raise NotOpenError(f"{not_open_words(study)} Nothing was stored.")
    digest = canonical_hash(body)
    known = FlowStep.objects.filter(participant=participant, kind=step, number=number).first()
    if known is not None:
        if known.sha256 != digest:
            raise StepTakenError("This step was taken before with other answers. The first ones stand.")
        return known
    kept = FlowStep.objects.create(
        participant=participant, kind=step, number=number, body=body, sha256=digest, server_at=timezone.now()
    )
    facts = {"reader": participant.reader_code, "step": step.value, "number": number, "sha256": digest}
    audit_add(study, user, "step.taken", facts)
    return kept
