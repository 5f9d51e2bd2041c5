"""Who is let in to the queue: a bound on one picture's work, shares by hour and day, and no queue without end.

Batches of study admins stand behind all others and are not counted here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from webapp.accounts.models import User
from webapp.core.errors import BusyError, ConflictError, DomainError, QuotaError
from webapp.generation.models import LIVE, GenerationRequest, Queue, State
from webapp.generation.parameters import STEPS_RANGE, BundleCard, Parameters
from webapp.generation.selectors import waiting_time_s

MAX_LIVE_PER_USER = 6
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def work_check(card: BundleCard, asked: Parameters) -> None:
    """Refuse a picture that is more work than the site allows for one.

    Raises:
        DomainError: naming the steps that are allowed.
    """
    most = settings.GENERATION_LIMITS["evaluations"]
    passes = 1 if asked.guidance == 1.0 else 2
    patches = 1 if asked.noise_level else card.patches
    if not most or patches * passes * asked.steps <= most:
        return
    steps = most // (patches * passes)
    if steps < STEPS_RANGE[0]:
        raise DomainError(f"The model {card.name} draws larger pictures than this site allows.", field="steps")
    guided = " with guidance" if passes == 2 else ""
    raise DomainError(
        f"Steps can be at most {steps}{guided}: this site allows {most} evaluations of the model for a picture.",
        field="steps",
    )


def admit(user: User, *, address: str = "") -> None:
    """Refuse a person or an address that has had its share, and everybody while the queue is too long.

    Called in the transaction that stores the request.

    Args:
        user: who asks.
        address: digest of where from, see `throttling.address_digest`; blank is not counted.

    Locks: the person's row, so that many requests at once are counted one after another.

    Raises:
        ConflictError: too many of this person's pictures wait.
        QuotaError: the share of an hour or a day is used up.
        BusyError: the queue is longer than the site allows.
    """
    User.objects.select_for_update().get(pk=user.pk)
    rows = GenerationRequest.objects.filter(queue=Queue.INTERACTIVE)
    mine = rows.filter(user=user)
    if mine.filter(state__in=LIVE).count() >= MAX_LIVE_PER_USER:
        raise ConflictError(
            f"{MAX_LIVE_PER_USER} of your pictures are still waiting. Wait for one, or cancel one of them."
        )
    limits = settings.GENERATION_LIMITS
    _share(mine, limits["person_hour"], HOUR, "You have asked for {most} pictures in the last hour")
    _share(mine, limits["person_day"], DAY, "You have asked for {most} pictures in the last 24 hours")
    if address:
        near = rows.filter(address_digest=address)
        text = "{most} pictures have been asked for from your network address in the last hour"
        _share(near, limits["address_hour"], HOUR, text)
    _queue_check(rows, limits["waiting"])


def _share(rows: QuerySet[GenerationRequest], most: int, period: timedelta, text: str) -> None:
    if not most:
        return
    now = timezone.now()
    recent = rows.filter(created_at__gt=now - period).order_by("-created_at")
    deciding = recent.values_list("created_at", flat=True)[most - 1 : most].first()
    if deciding is None:
        return
    wait = _seconds_until(deciding + period, now)
    said = f"{text.format(most=most)}, which is as many as this site allows. Ask again in {in_words(wait)}."
    raise QuotaError(said, retry_after_s=wait)


def _queue_check(rows: QuerySet[GenerationRequest], most: int) -> None:
    waiting = rows.filter(state=State.QUEUED).count()
    if not most or waiting < most:
        return
    wait = waiting_time_s(waiting)
    expected = f" A new one would wait for about {in_words(ceil(wait))}." if wait else ""
    raise BusyError(
        f"{waiting} pictures are waiting, and this site lets no more wait.{expected} Ask again later.",
        retry_after_s=ceil(wait or 60),
    )


def _seconds_until(moment: datetime, now: datetime) -> int:
    return max(1, ceil((moment - now).total_seconds()))


def in_words(seconds: int) -> str:
    """Return a time to wait as people say it."""
    for size, name in ((3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = ceil(seconds / size)
            return f"{count} {name}{'s' if count != 1 else ''}"
    return f"{seconds} second{'s' if seconds != 1 else ''}"
