"""Writes requests for the worker that draws them: claim, report, finish, fail.

An attempt holds the row by its token. Whoever finds that no row changed has lost it to another attempt,
or to a person's cancel, and stops.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from webapp.core.tokens import random_token
from webapp.generation.models import GenerationRequest, Kind, Stage, State
from webapp.generation.selectors import fair_line
from webapp.generation.services.requests import MAX_ATTEMPTS
from webapp.imaging.models import Image
from webapp.imaging.services import image_delete

LEASE = timedelta(seconds=10)  # renewed every second; see worker.Pulse
PREVIEW_FIELDS = {Stage.GLOBAL: "overview", Stage.LOCAL: "context"}


@dataclass(frozen=True)
class Spent:
    """What a piece of drawing cost: seconds of the processor, and seconds on a card."""

    cpu_s: float = 0.0
    gpu_s: float = 0.0


NOTHING_SPENT = Spent()


class AttemptEndedError(Exception):
    """This attempt no longer holds its row, or a person asked to cancel."""


def attempt_begin(request_id: int) -> GenerationRequest | None:
    """Claim a request for this process.

    Returns:
        The row with its new attempt token, or None when there is nothing to do: it has ended, another
        worker draws it, or its attempts are used up (the sweep ends it).
    """
    now = timezone.now()
    token = random_token()
    claimable = Q(state=State.QUEUED) | Q(state=State.RUNNING, lease_until__lt=now, cancel_requested=False)
    claimed = GenerationRequest.objects.filter(claimable, pk=request_id, attempts__lt=MAX_ATTEMPTS).update(
        state=State.RUNNING,
        attempt_token=token,
        attempts=F("attempts") + 1,
        lease_until=now + LEASE,
        started_at=now,
        stage="",
        done=0,
        total=0,
        remaining_s=None,
    )
    if not claimed:
        return None
    return (
        GenerationRequest.objects.select_related("user", "source", "growing")
        .filter(pk=request_id, attempt_token=token)
        .first()
    )


def attempt_next(request_id: int) -> GenerationRequest | None:
    """Claim what is to be drawn when a bell rings for a request.

    A request whose worker died goes on at once; else whoever is first in the same line, see `fair_line`. So there
    are as many bells as requests, but which bell draws which is open.
    """
    rung = GenerationRequest.objects.filter(pk=request_id).values("state", "queue").first()
    if rung is None:
        return None
    lost = attempt_begin(request_id) if rung["state"] == State.RUNNING else None
    return lost or next(filter(None, map(attempt_begin, fair_line(rung["queue"]))), None)


def attempts_join(
    first: GenerationRequest, most: int, accepts: Callable[[GenerationRequest], bool]
) -> list[GenerationRequest]:
    """Claim up to `most` further requests that can be drawn in lockstep with one that is claimed.

    They ask for pictures by the same model with the same settings, in the same queue, and differ in labels and
    seed. Those whose worker died come first, then the line.

    Args:
        first: claimed.
        most: how many more.
        accepts: has the last word, before the claim.
    """
    if first.kind != Kind.PICTURE or first.source_sha256 or most < 1:
        return []
    same = ("kind", "queue", "source_sha256", "bundle_digest", "code_version", "sampler", "steps", "guidance")
    alike = GenerationRequest.objects.filter(**{name: getattr(first, name) for name in same})
    lost = alike.filter(state=State.RUNNING, lease_until__lt=timezone.now(), cancel_requested=False)
    line = {pk: place for place, pk in enumerate(fair_line(first.queue))}
    waiting = sorted(alike.filter(pk__in=line), key=lambda request: line[request.pk])
    joined: list[GenerationRequest] = []
    for request in [*lost, *waiting]:
        claimed = attempt_begin(request.pk) if len(joined) < most and accepts(request) else None
        joined += [claimed] if claimed else []
    return joined


def attempt_report(
    attempt: GenerationRequest,
    *,
    stage: str,
    done: int,
    total: int,
    remaining_s: float | None,
    spent: Spent = NOTHING_SPENT,
) -> None:
    """Write how far the drawing is, add what it cost since the last report, and extend the lease.

    Raises:
        AttemptEndedError: when the row belongs to another attempt, has ended, or is to be cancelled.
    """
    held = _held(attempt).filter(cancel_requested=False)
    if not held.update(
        stage=stage,
        done=done,
        total=total,
        remaining_s=remaining_s,
        lease_until=timezone.now() + LEASE,
        cpu_s=F("cpu_s") + spent.cpu_s,
        gpu_s=F("gpu_s") + spent.gpu_s,
    ):
        raise AttemptEndedError


def attempt_keep_preview(attempt: GenerationRequest, stage: str, image: Image) -> None:
    """Join the overview or the context picture to the request.

    Raises:
        AttemptEndedError: when the row belongs to another attempt.
    """
    field = PREVIEW_FIELDS[Stage(stage)]
    if not _held(attempt).update(**{field: image}, lease_until=timezone.now() + LEASE):
        raise AttemptEndedError
    setattr(attempt, field, image)


def attempt_keep_growing(attempt: GenerationRequest, image: Image) -> None:
    """Join the growing picture to the request, and remove the one of an earlier attempt.

    Raises:
        AttemptEndedError: when the row belongs to another attempt; the picture is then removed.
    """
    earlier = attempt.growing
    if not _held(attempt).update(growing=image, lease_until=timezone.now() + LEASE):
        image_delete(image)
        raise AttemptEndedError
    attempt.growing = image
    if earlier is not None and Image.objects.filter(pk=earlier.pk).exists():
        image_delete(earlier)


def growing_forget(attempt: GenerationRequest) -> None:
    """Remove the growing picture, unless another attempt goes on with the row."""
    image = attempt.growing
    if image is None:
        return
    GenerationRequest.objects.filter(pk=attempt.pk, growing=image).update(growing=None)
    if Image.objects.filter(pk=image.pk).exists():
        image_delete(image)
    attempt.growing = None


def attempt_finish(attempt: GenerationRequest, image: Image) -> None:
    """End the request with its picture.

    Raises:
        AttemptEndedError: when the row belongs to another attempt; the picture is then not used.
    """
    now = timezone.now()
    with transaction.atomic():
        if not _held(attempt).update(
            state=State.FINISHED,
            image=image,
            finished_at=now,
            stage=Stage.PATCH,
            remaining_s=None,
            error="",
            failure="",
        ):
            raise AttemptEndedError


def attempt_fail(attempt: GenerationRequest, message: str, kind: str = "fault") -> None:
    """End the request with a message for the person who asked, and a kind for those who count.

    Does nothing when the row was lost.
    """
    _held(attempt).update(
        state=State.FAILED, error=message[:500], failure=kind[:20], finished_at=timezone.now(), remaining_s=None
    )


def attempt_cancel(attempt: GenerationRequest) -> None:
    """End the request because its owner cancelled it. Does nothing when the row was lost."""
    _held(attempt).filter(cancel_requested=True).update(
        state=State.CANCELLED, finished_at=timezone.now(), remaining_s=None
    )


def _held(attempt: GenerationRequest) -> QuerySet[GenerationRequest]:
    return GenerationRequest.objects.filter(
        pk=attempt.pk, state=State.RUNNING, attempt_token=attempt.attempt_token
    )
