"""The system page and the health answer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from webapp.accounts.permissions import admin_required
from webapp.generation import engine
from webapp.generation.health import broker_answers, health_report, storage_facts, version_facts
from webapp.generation.parameters import BundleCard, label_title
from webapp.generation.selectors import NO_WORKER, drawing_worker_alive, queue_counts, worker_alive, worker_list


@require_GET
@admin_required
def status(request: HttpRequest) -> HttpResponse:
    """Show whether the site is healthy."""
    try:
        card, card_error = engine.bundle_card(), ""
    except engine.BundleUnavailableError as error:
        card, card_error = None, f"{error.message} {error.reason}".strip()
    now = timezone.now()
    context = {
        "room": "system",
        "workers": [
            (worker, worker_alive(worker, now), int((now - worker.last_seen).total_seconds()))
            for worker in worker_list()
        ],
        "no_worker": "" if drawing_worker_alive(now) else NO_WORKER,
        "broker": broker_answers(),
        "queue": queue_counts(),
        "card": card,
        "labels": _labels(card),
        "card_error": card_error,
        "storage": storage_facts(),
        "versions": version_facts(),
    }
    return render(request, "generation/system.html", context)


@require_GET
def health(request: HttpRequest) -> JsonResponse:
    """Answer monitors: 200 while pictures and pages can be served, 503 when database or broker is away."""
    report = health_report()
    return JsonResponse(report, status=503 if report["status"] == "down" else 200)


def _labels(card: BundleCard | None) -> list[tuple[str, str]]:
    return [(label_title(name), ", ".join(values)) for name, values in card.vocabulary.items()] if card else []
