"""Keeps what a reader has not sent yet: compare and swap, nothing merges silently. Can't reach the truth."""

from __future__ import annotations

import json
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from studies.errors import AlreadyAnsweredError, DraftConflictError, NotCurrentError, NotOpenError, TooLargeError
from studies.models.participant import Participant
from studies.models.reading import Draft
from studies.models.study import State
from studies.models.trial import Trial
from studies.selectors.trials import not_open_words

DRAFT_MOST_BYTES = 64 * 1024


def draft_save(trial: Trial, body: dict[str, Any], *, version: int) -> int:
    """Store a draft over the version that its writer knows; return the new version.

    Args:
        trial: the reader's present trial.
        body: answers and marks so far; never analyzed.
        version: the version that this draft follows; 0 for the first.

    Raises:
        DraftConflictError: when another device has saved meanwhile; carries what it saved.
        NotOpenError, AlreadyAnsweredError, NotCurrentError: when there is nothing to draft.
        TooLargeError: for a body beyond any honest draft.
    """
    _check_place(trial)
    if len(json.dumps(body)) > DRAFT_MOST_BYTES:
        raise TooLargeError(f"A draft may have {DRAFT_MOST_BYTES // 1024} KiB; this one is larger.")
    now = timezone.now()
    if version == 0:
        try:
            with transaction.atomic():
                return Draft.objects.create(trial=trial, body=body, version=1, saved_at=now).version
        except IntegrityError:
            raise _conflict(trial) from None
    stored = Draft.objects.filter(trial=trial, version=version).update(
        body=body, version=version + 1, saved_at=now
    )
    if not stored:
        raise _conflict(trial)
    return version + 1


def _conflict(trial: Trial) -> DraftConflictError:
    draft = Draft.objects.filter(trial=trial).first()
    version, body = (draft.version, draft.body) if draft else (0, {})
    return DraftConflictError(
        "Another window of yours has changed this answer. What it holds is shown now.", version=version, body=body
    )


def _check_place(trial: Trial) -> None:
    participant = Participant.objects.select_related("study").get(pk=trial.participant_id)
    if participant.study.state != State.OPEN or participant.withdrawn_at is not None:
        raise NotOpenError(f"{not_open_words(participant.study)} The draft stays in your browser.")
    if trial.index <= participant.done:
        raise AlreadyAnsweredError(f"Case {trial.index} has an answer already. It stands.")
    if trial.index > participant.done + 1:
        raise NotCurrentError(f"This is case {trial.index}; the present one is case {participant.done + 1}.")
