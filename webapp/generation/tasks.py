"""The task that draws. Its message holds an id only; everything else is in the row."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from functools import partial

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from kombu.exceptions import OperationalError

from webapp.core.errors import DomainError, StorageError
from webapp.core.request_id import traced
from webapp.generation import engine
from webapp.generation.checkpoints import (
    checkpoint_bring,
    checkpoint_forget,
    checkpoint_keep,
    checkpoint_path,
    checkpoints_sweep,
)
from webapp.generation.growth import Growth
from webapp.generation.members import Member
from webapp.generation.models import GenerationRequest, Kind, Queue
from webapp.generation.pictures import finding_store, picture_given, picture_store, request_parameters
from webapp.generation.progress import Reporter, publish_change
from webapp.generation.selectors import share_of_worker, typical_duration_s
from webapp.generation.services.attempts import (
    AttemptEndedError,
    attempt_cancel,
    attempt_fail,
    attempt_finish,
    attempt_keep_preview,
    attempt_next,
    attempts_join,
)
from webapp.generation.services.requests import MAX_ATTEMPTS
from webapp.generation.spending import Meter
from webapp.imaging.pack_store import packs_are_shared

logger = logging.getLogger(__name__)

LAST_PRIORITY = 9  # Redis: 0 is taken first, from whichever queue
TOO_LONG = "Drawing took longer than this site allows. Ask for fewer steps."
FAULT = "Drawing failed on our side. Ask again; if it fails again, tell your administrator this page's address."


def ring(request_id: int) -> None:
    """Tell the workers that a request waits. When the broker is away the sweep rings later."""
    batch = GenerationRequest.objects.filter(pk=request_id, queue=Queue.BATCH).exists()
    line = {"queue": Queue.BATCH.value, "priority": LAST_PRIORITY} if batch else {}
    try:
        draw_request.apply_async([request_id], retry=False, **line)
    except OperationalError as error:
        logger.warning("request %s waits for the sweep, the broker is away: %s", request_id, error)


@shared_task
def draw_request(request_id: int) -> None:
    """Draw who is next when a bell rings for a request, with those who can be drawn in lockstep."""
    with contextlib.suppress(DomainError):
        engine.warm_up()  # before the claim: the first load outlasts a lease. What fails here fails again below.
    attempt = attempt_next(request_id)
    if attempt is None:
        return
    joined = attempts_join(attempt, _room_for(attempt), _as_far_as(attempt))
    for one in (attempt, *joined):
        publish_change(one.token)
    if joined:
        _draw_together([attempt, *joined])
    else:
        _concluded(attempt, lambda: _search(attempt) if attempt.kind == Kind.ANOMALY else _draw(attempt))


def _room_for(attempt: GenerationRequest) -> int:
    """Return how many more can be drawn with this one, all within the task's time; others have their share."""
    typical, most = typical_duration_s(attempt), min(settings.GENERATION_TOGETHER, share_of_worker(attempt.queue))
    if typical:
        most = min(most, int(settings.CELERY_TASK_SOFT_TIME_LIMIT / 2 / typical))
    return most - 1


def _as_far_as(attempt: GenerationRequest) -> Callable[[GenerationRequest], bool]:
    """Return what tells whether another request came as far in an earlier attempt as this one."""
    stage = engine.kept_stage(checkpoint_bring(attempt))
    return lambda other: engine.kept_stage(checkpoint_bring(other)) == stage


def _draw_together(attempts: list[GenerationRequest]) -> None:
    members = [Member(attempt, shared_by=len(attempts)) for attempt in attempts]
    pictures: list[engine.Picture | None] = [None] * len(members)
    failed: Exception | None = None
    try:
        pictures = engine.draw_together([member.part() for member in members])
    except Exception as error:  # said to each below
        failed = error
    for number, (member, picture) in enumerate(zip(members, pictures, strict=True)):
        for later in members[number + 1 :]:
            later.hold()
        _concluded(member.attempt, partial(member.end, picture, failed))


def _concluded(attempt: GenerationRequest, work: Callable[[], None]) -> None:
    """Do the work under the number of whoever asked, and write how it ended when that is not with a picture."""
    # A bell draws who is next: that may be another request than the one that it was rung for.
    with traced(attempt.asked_as, attempt.user_id) if attempt.asked_as else contextlib.nullcontext():
        logger.info("request %s, attempt %s: drawing", attempt.pk, attempt.attempts)
        _conclude(attempt, work)
        logger.info("request %s, attempt %s: ended", attempt.pk, attempt.attempts)


def _conclude(attempt: GenerationRequest, work: Callable[[], None]) -> None:
    try:
        work()
    except (AttemptEndedError, engine.StoppedError):
        attempt_cancel(attempt)
        checkpoints_sweep()  # not forgotten outright: another attempt may hold the row by now
    except DomainError as error:
        if isinstance(error, StorageError) and packs_are_shared() and attempt.attempts < MAX_ATTEMPTS:
            logger.warning("request %s: the store is away; the sweep hands it on", attempt.pk)
        else:
            attempt_fail(attempt, error.message, error.code)
    except SoftTimeLimitExceeded:
        attempt_fail(attempt, TOO_LONG, "too_long")
    except Exception:
        logger.exception("request %s failed", attempt.pk)
        attempt_fail(attempt, FAULT)
    publish_change(attempt.token)


def _search(attempt: GenerationRequest) -> None:
    reporter = Reporter(attempt, typical_s=typical_duration_s(attempt), meter=Meter(on_card=engine.on_card()))
    given = picture_given(attempt)
    if given is None:
        raise DomainError("There is no picture to search.", field="source")
    observer = engine.Observer(reporter.progress, lambda *_: None, reporter.should_stop)
    finding = engine.search(request_parameters(attempt), observer, given)
    reporter.report()
    if reporter.ended:
        raise AttemptEndedError
    found, healthy = finding_store(attempt, finding)
    attempt_keep_preview(attempt, "global", healthy)
    attempt_finish(attempt, found)


def _draw(attempt: GenerationRequest) -> None:
    reporter = Reporter(attempt, typical_s=typical_duration_s(attempt), meter=Meter(on_card=engine.on_card()))

    def keep_preview(stage: str, picture: engine.Picture) -> None:
        reporter.report()  # watchers are about to read the row: let it not lie behind the events
        attempt_keep_preview(attempt, stage, picture_store(attempt, picture, stage))
        publish_change(attempt.token)

    growth = Growth(attempt, told=lambda: publish_change(attempt.token))

    def show_growth(stage: str, picture: engine.Picture) -> None:
        keep_preview(stage, picture)
        growth.show(picture)

    observer = engine.Observer(
        reporter.progress,
        show_growth,
        reporter.should_stop,
        growth.region,
        checkpoint_path(attempt),
        checkpoint_keep,
    )
    try:
        picture = engine.draw(request_parameters(attempt), observer, picture_given(attempt))
    except BaseException:
        growth.forget()
        raise
    reporter.report()  # storing takes a moment: hold the lease, and store nothing for a lost row
    if reporter.ended:
        raise AttemptEndedError
    attempt_finish(attempt, picture_store(attempt, picture, "patch"))
    growth.forget()
    checkpoint_forget(attempt)
