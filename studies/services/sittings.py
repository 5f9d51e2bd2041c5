"""Who reads where: one device at a time, and how long each case was on its screen. Can't reach the truth."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from studies.errors import OtherDeviceError, TakenOverError
from studies.models.participant import Participant
from studies.models.reading import Presentation, Sitting
from studies.models.trial import Trial

# A device that was not heard of for so long has gone: the next one need not ask.
LEASE = datetime.timedelta(minutes=2)
SCREEN_KEYS = ("width", "height", "ratio", "depth")


@dataclass(frozen=True)
class Device:
    """What a browser says of itself.

    Args:
        client_at: its clock.
        user_agent: its name.
        screen: its size in CSS pixels, device pixels to a CSS pixel, bits a pixel.
    """

    client_at: datetime.datetime
    user_agent: str
    screen: dict[str, Any]


@transaction.atomic
def sitting_open(participant: Participant, device: Device, *, take_over: bool = False) -> Sitting:
    """Begin to read on a device.

    Locks: the participant's row.

    Args:
        participant: who reads.
        device: where.
        take_over: end the sitting on another device, which is then told so.

    Raises:
        OtherDeviceError: when another device reads and was heard of lately.
    """
    participant = Participant.objects.select_for_update().get(pk=participant.pk)
    now = timezone.now()
    present = participant.sittings.filter(ended_at__isnull=True).first()
    if present is not None:
        if now - present.seen_at < LEASE and not take_over:
            raise OtherDeviceError(
                f"This study is open on another screen since {present.started_at:%H:%M} UTC. Read here instead?"
            )
        sitting_end(present, now)
    last = participant.sittings.aggregate(last=Max("number"))["last"] or 0
    return Sitting.objects.create(
        participant=participant,
        number=last + 1,
        started_at=now,
        seen_at=now,
        clock_offset_ms=round((device.client_at - now).total_seconds() * 1000),
        user_agent=device.user_agent[:300],
        screen={key: device.screen[key] for key in SCREEN_KEYS if key in device.screen},
    )


def sitting_end(sitting: Sitting, now: datetime.datetime) -> None:
    """End a sitting and what it shows."""
    Presentation.objects.filter(sitting=sitting, hidden_at__isnull=True).update(hidden_at=now)
    Sitting.objects.filter(pk=sitting.pk, ended_at__isnull=True).update(ended_at=now)


def sitting_check(participant: Participant, token: str) -> Sitting | None:
    """Return this device's sitting and note that it was heard of; none where nobody opened one (a script).

    Raises:
        TakenOverError: when another device holds the sitting now.
    """
    present = participant.sittings.filter(ended_at__isnull=True).first()
    if present is None and not token:
        return None
    if present is None or present.token != token:
        raise TakenOverError("This study goes on elsewhere: it was opened on another screen. Read here instead?")
    Sitting.objects.filter(pk=present.pk).update(seen_at=timezone.now())
    return present


def presentation_begin(trial: Trial, sitting: Sitting) -> None:
    """Note that a case came on the screen; one that is there already goes on."""
    shown = Presentation.objects.filter(sitting=sitting, hidden_at__isnull=True)
    if shown.filter(trial=trial).exists():
        return
    now = timezone.now()
    shown.update(hidden_at=now)
    Presentation.objects.create(trial=trial, sitting=sitting, shown_at=now)


def presentation_end(trial: Trial, active_ms: int, now: datetime.datetime) -> None:
    """Note that a case was answered and went off the screen."""
    Presentation.objects.filter(trial=trial, hidden_at__isnull=True).update(hidden_at=now, active_ms=active_ms)
