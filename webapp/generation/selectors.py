"""Reads requests and workers. Nobody but the owner and study admins ever finds a request here."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from math import ceil
from statistics import median
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from webapp.accounts.models import User
from webapp.core.errors import NotFoundError
from webapp.generation.models import LIVE, GenerationRequest, Kind, Queue, State, WorkerHeartbeat
from webapp.imaging.models import Image
from webapp.imaging.selectors import image_for

ALIVE = timedelta(seconds=15)
QUEUE = "interactive"
PICTURES = ("overview", "context", "growing", "image")  # as they come
NO_WORKER = "No worker is running, so pictures wait. Start one with ./dev demo or ask your administrator."


def request_get(token: str, user: User) -> GenerationRequest:
    """Return the request if it is this person's, or anyone's for a study admin.

    Raises:
        NotFoundError: for an unknown token and for somebody else's alike.
    """
    found = (
        _visible_to(user)
        .filter(token=token)
        .select_related("overview", "context", "growing", "image", "source")
        .first()
    )
    if found is None:
        raise NotFoundError("There is no such request among yours.")
    return found


def source_chosen(user: User, token: str) -> Image | None:
    """Return the picture that a person wants to upscale; none when the token is blank.

    Raises:
        NotFoundError: for an unknown picture, and for one that this person may not look at.
    """
    return image_for(user, token) if token else None


def request_history(user: User, limit: int = 24) -> QuerySet[GenerationRequest]:
    """Return this person's own requests, newest first, without those cancelled before a picture came.

    Batches and anomaly maps have pages of their own.
    """
    own = GenerationRequest.objects.filter(user=user, kind=Kind.PICTURE, queue=Queue.INTERACTIVE)
    mine = own.exclude(state=State.CANCELLED)
    return mine.select_related("image", "overview")[:limit]


def request_variants(request: GenerationRequest) -> list[GenerationRequest]:
    """Return this person's pictures of the same breast that differ in BI-RADS alone, this one among them."""
    alike = GenerationRequest.objects.filter(
        user_id=request.user_id,
        kind=request.kind,
        bundle_digest=request.bundle_digest,
        seed=request.seed,
        steps=request.steps,
        guidance=request.guidance,
        sampler=request.sampler,
        source_sha256=request.source_sha256,
    ).exclude(state__in=[State.CANCELLED, State.FAILED])
    rest = _without_birads(request)
    found = alike.select_related("image", "overview").order_by("created_at")
    # An older one first: a live repeat does not hide a finished picture.
    return [one for one in found if _without_birads(one) == rest]


def _without_birads(request: GenerationRequest) -> dict[str, Any]:
    return {name: value for name, value in request.labels.items() if name != "birads" and value}


def request_state(request: GenerationRequest, now: datetime | None = None) -> dict[str, Any]:
    """Return what the page needs to know, as JSON-ready values. `pictures` names those that can be opened."""
    now = now or timezone.now()
    began = request.started_at if request.state != State.QUEUED else None
    return {
        "token": request.token,
        "state": request.state,
        "stateName": request.get_state_display(),
        "stage": request.stage,
        "done": request.done,
        "total": request.total,
        "remainingS": request_remaining(request, now),
        "elapsedS": round(((request.finished_at or now) - began).total_seconds(), 1) if began else None,
        "ahead": request_ahead(request) if request.state == State.QUEUED else 0,
        "cancelling": request.is_live and request.cancel_requested,
        "message": _message(request, now),
        "image": request.image.token if request.image else None,
        "version": request.growing_id or 0,
        "pictures": [name for name in PICTURES if getattr(request, f"{name}_id")],
    }


def request_remaining(request: GenerationRequest, now: datetime) -> float | None:
    """Return about how many seconds the drawing still takes, or None when there is nothing to go by."""
    if request.state == State.QUEUED:
        return typical_duration_s(request)
    if request.state != State.RUNNING:
        return None
    return request.remaining_s


def request_ahead(request: GenerationRequest) -> int:
    """Return how many requests are drawn before this one; those of batches come after all others."""
    line = fair_line(request.queue)
    ahead = line.index(request.pk) if request.pk in line else 0
    ahead += GenerationRequest.objects.filter(state=State.RUNNING).exclude(pk=request.pk).count()
    if request.queue == Queue.BATCH:
        ahead += GenerationRequest.objects.filter(state=State.QUEUED, queue=Queue.INTERACTIVE).count()
    return ahead


def fair_line(queue: str) -> list[int]:
    """Return the ids of a queue's waiting requests in the order in which they are drawn.

    Everybody's first comes before anybody's second, what is being drawn counted in; then the older one first.
    """
    rows = GenerationRequest.objects.filter(queue=queue, state__in=LIVE).order_by("-state", "created_at", "pk")
    turns: Counter[int] = Counter()  # "running" sorts before "queued" when falling
    waiting = []
    for pk, user, state, created in rows.values_list("pk", "user_id", "state", "created_at"):
        turns[user] += 1
        if state == State.QUEUED:
            waiting.append((turns[user], created, pk))
    return [pk for _, _, pk in sorted(waiting)]


def request_picture(request: GenerationRequest, name: str) -> Image:
    """Return the request's `overview`, `context` or `image`.

    Raises:
        NotFoundError: when it is not drawn yet, or there is no such name.
    """
    image = getattr(request, name, None) if name in PICTURES else None
    if image is None:
        raise NotFoundError("This picture is not drawn yet.")
    return image


def typical_duration_s(request: GenerationRequest) -> float | None:
    """Return the median seconds of the last five like it: the same bundle, steps and use of guidance."""
    alike = GenerationRequest.objects.filter(
        state=State.FINISHED, kind=request.kind, bundle_digest=request.bundle_digest, steps=request.steps
    )
    alike = alike.filter(guidance=1.0) if request.guidance == 1.0 else alike.exclude(guidance=1.0)
    times = alike.order_by("-finished_at").values_list("started_at", "finished_at")[:5]
    spent = [(end - start).total_seconds() for start, end in times if start and end]
    return round(median(spent), 1) if spent else None


def waiting_time_s(waiting: int, now: datetime | None = None) -> float | None:
    """Return about how many seconds so many waiting pictures take, by the last twenty drawn; None if none was."""
    drawn = GenerationRequest.objects.filter(state=State.FINISHED, kind=Kind.PICTURE).order_by("-finished_at")
    times = drawn.values_list("started_at", "finished_at")[:20]
    spent = [(end - start).total_seconds() for start, end in times if start and end]
    if not spent:
        return None
    workers = sum(QUEUE in worker.queues and worker_alive(worker, now) for worker in worker_list())
    return median(spent) * waiting / max(1, workers)


def worker_list() -> list[WorkerHeartbeat]:
    """Return all workers that were ever heard of, by name."""
    return list(WorkerHeartbeat.objects.all())


def worker_alive(worker: WorkerHeartbeat, now: datetime | None = None) -> bool:
    """Tell whether the worker was heard of in the last seconds."""
    return worker.last_seen >= (now or timezone.now()) - ALIVE


def drawing_worker_alive(now: datetime | None = None) -> bool:
    """Tell whether some worker that draws pictures is alive."""
    return any(QUEUE in worker.queues and worker_alive(worker, now) for worker in worker_list())


def share_of_worker(queue: str) -> int:
    """Return how many pictures of a queue, with the one that it has just claimed, a worker takes at once.

    One that took all that wait would leave the other workers nothing to do.
    """
    lost = Q(state=State.RUNNING, lease_until__lt=timezone.now())
    waiting = GenerationRequest.objects.filter(lost | Q(state=State.QUEUED), queue=queue).count()
    drawing = sum(queue in worker.queues and worker_alive(worker) for worker in worker_list())
    return ceil((waiting + 1) / max(1, drawing))


def queue_counts() -> dict[str, int]:
    """Return how many requests wait, are being drawn, and failed in the last day."""
    day = timezone.now() - timedelta(days=1)
    rows = GenerationRequest.objects
    return {
        "waiting": rows.filter(state=State.QUEUED).count(),
        "drawing": rows.filter(state=State.RUNNING).count(),
        "finished_today": rows.filter(state=State.FINISHED, finished_at__gte=day).count(),
        "failed_today": rows.filter(state=State.FAILED, finished_at__gte=day).count(),
    }


def _visible_to(user: User) -> QuerySet[GenerationRequest]:
    rows = GenerationRequest.objects.all()
    if not user.may_generate:
        return rows.none()  # also what somebody asked for before becoming a reader
    return rows if user.is_study_admin else rows.filter(user=user)


def _message(request: GenerationRequest, now: datetime) -> str:
    if request.state == State.FAILED:
        return request.error
    if request.state == State.QUEUED and not drawing_worker_alive(now):
        return NO_WORKER
    return ""
