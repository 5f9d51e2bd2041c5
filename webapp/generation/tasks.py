"""The task that draws. Its message holds an id only; everything else is in the row."""

from __future__ import annotations

import contextlib
import logging

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from kombu.exceptions import OperationalError

from webapp.core.errors import DomainError
from webapp.generation import engine
from webapp.generation.checkpoints import checkpoint_forget, checkpoint_path, checkpoints_sweep
from webapp.generation.growth import Growth
from webapp.generation.models import GenerationRequest, Kind, Queue
from webapp.generation.pictures import finding_store, picture_given, picture_store, request_parameters
from webapp.generation.progress import Reporter, publish_change
from webapp.generation.selectors import typical_duration_s
from webapp.generation.services.attempts import (
    AttemptEndedError,
    attempt_begin,
    attempt_cancel,
    attempt_fail,
    attempt_finish,
    attempt_keep_preview,
)
from webapp.generation.spending import Meter

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
    """Draw one request, unless another worker does or it has ended."""
    with contextlib.suppress(DomainError):
        engine.warm_up()  # before the claim: the first load outlasts a lease. What fails here fails again below.
    attempt = attempt_begin(request_id)
    if attempt is None:
        return
    publish_change(attempt.token)
    try:
        _search(attempt) if attempt.kind == Kind.ANOMALY else _draw(attempt)
    except (AttemptEndedError, engine.StoppedError):
        attempt_cancel(attempt)
        checkpoints_sweep()  # not forgotten outright: another attempt may hold the row by now
    except DomainError as error:
        attempt_fail(attempt, error.message, error.code)
    except SoftTimeLimitExceeded:
        attempt_fail(attempt, TOO_LONG, "too_long")
    except Exception:
        logger.exception("request %s failed", attempt.token)
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
        reporter.progress, show_growth, reporter.should_stop, growth.region, checkpoint_path(attempt)
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
