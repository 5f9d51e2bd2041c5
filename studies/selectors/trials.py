"""What a reader may see: their studies, their present case, and no more. This module can't reach the truth."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from studies.errors import WashoutError
from studies.models.case import Case
from studies.models.participant import Participant
from studies.models.reading import Draft
from studies.models.response import Response
from studies.models.study import ProtocolVersion, State, Study
from studies.models.trial import Trial
from webapp.accounts.models import User
from webapp.core.errors import ConflictError, NotFoundError
from webapp.imaging.models import Image

NOTHING_HERE = "There is no such reading among yours."
VISIBLE = (State.OPEN, State.PAUSED, State.CLOSED, State.UNBLINDED, State.ARCHIVED)


@dataclass(frozen=True)
class Present:
    """A reader's present trial and the one after it; `trial` is None when all are answered."""

    trial: Trial | None
    upcoming: Trial | None
    count: int


def participant_get(token: str, user: User) -> Participant:
    """Return the participation with this token if it is this person's.

    Raises:
        NotFoundError: for an unknown or foreign token, which one query can't tell apart.
    """
    participant = _of(user).filter(token=token).first()
    if participant is None:
        raise NotFoundError(NOTHING_HERE)
    return participant


def participant_list(user: User) -> list[tuple[Participant, int]]:
    """Return this person's participations in studies that were opened, newest first, each with its trial count."""
    people = _of(user).filter(study__state__in=VISIBLE).annotate(count=Count("trials"))
    return [(person, person.count) for person in people.order_by("-enrolled_at", "-pk")]


def trial_present(participant: Participant) -> Present:
    """Return where the reader is. Trials are answered in order, so it follows from the number done."""
    coming = Trial.objects.filter(participant=participant, index__gt=participant.done).order_by("index")
    trials = list(coming.select_related("case__asset__image", "right_case__asset__image")[:2])
    trial, upcoming = [*trials, None, None][:2]
    return Present(trial, upcoming, Trial.objects.filter(participant=participant).count())


def trial_get(token: str, user: User) -> Trial:
    """Return the trial with this token if it is this person's.

    Raises:
        NotFoundError: for an unknown or foreign token, which one query can't tell apart.
    """
    trial = Trial.objects.filter(token=token, participant__membership__user=user).first()
    if trial is None:
        raise NotFoundError(NOTHING_HERE)
    return trial


def draft_of(trial: Trial) -> dict[str, Any] | None:
    """Return what was drafted for a trial with its version, or none."""
    draft = Draft.objects.filter(trial=trial).first()
    return {"version": draft.version, "body": draft.body} if draft else None


def session_opens(trial: Trial, design: Mapping[str, Any]) -> datetime.datetime | None:
    """Return when the session that begins with this trial may begin, or none where nothing holds it back.

    The washout runs from the last answer of the session before.
    """
    sessions = design.get("sessions")
    if trial.session == 1 or sessions is None:
        return None
    before = Trial.objects.filter(participant=trial.participant_id, index=trial.index - 1).first()
    if before is None or before.session == trial.session:
        return None
    last = Response.objects.filter(trial=before).order_by("-revision").first()
    return last.server_at + datetime.timedelta(days=sessions["washout_days"]) if last else None


def participant_waits_until(participant: Participant) -> datetime.datetime | None:
    """Return when the reader's next session begins, or none where nothing holds the reader back now."""
    design = protocol_of(participant).body["design"]
    trial = Trial.objects.filter(participant=participant, index=participant.done + 1).first()
    opens = session_opens(trial, design) if trial is not None and "sessions" in design else None
    return opens if opens is not None and timezone.now() < opens else None


def washout_check(trial: Trial, design: Mapping[str, Any]) -> None:
    """Raise while the washout before this trial's session lasts.

    Raises:
        WashoutError: with the day on which it ends.
    """
    opens = session_opens(trial, design)
    if opens is not None and timezone.now() < opens:
        raise WashoutError(
            f"Session {trial.session} begins on {opens:%B} {opens.day}, {opens.year}. Come back then."
        )


def trial_picture(trial: Trial) -> Image:
    """Return the study's own picture of a trial's case.

    Raises:
        ConflictError: when it is missing, which a locked study rules out.
    """
    return case_picture(trial.case)


def case_picture(case: Case) -> Image:
    """Return the study's own picture of a case.

    Raises:
        ConflictError: when it is missing, which a locked study rules out.
    """
    image = case.asset.image
    if image is None:
        raise ConflictError("The picture of this case is not ready.")
    return image


def protocol_of(participant: Participant) -> ProtocolVersion:
    """Return the study's locked protocol.

    Raises:
        ConflictError: when the study is a draft still.
    """
    locked = ProtocolVersion.objects.filter(study=participant.study_id, locked_at__isnull=False)
    protocol = locked.order_by("-number").first()
    if protocol is None:
        raise ConflictError(not_open_words(participant.study))
    return protocol


def not_open_words(study: Study) -> str:
    """Return why a study takes no answers, as a sentence."""
    words = {State.DRAFT: "not open yet", State.LOCKED: "not open yet", State.PAUSED: "paused"}
    return f"{study.title} is {words.get(State(study.state), 'closed')}."


def _of(user: User) -> QuerySet[Participant]:
    return Participant.objects.filter(membership__user=user).select_related("study")
