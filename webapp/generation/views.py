"""The pages and small JSON answers around one request."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from webapp.accounts.models import User
from webapp.accounts.permissions import generation_required
from webapp.core.errors import DomainError
from webapp.generation import engine
from webapp.generation.download import picture_dcm, picture_png
from webapp.generation.form import form_errors_elsewhere, form_filled, form_shown
from webapp.generation.models import GenerationRequest, Kind, State
from webapp.generation.page import page_data, request_facts
from webapp.generation.parameters import BundleCard
from webapp.generation.progress import publish_change
from webapp.generation.selectors import (
    NO_WORKER,
    drawing_worker_alive,
    request_get,
    request_history,
    request_picture,
    request_state,
    source_chosen,
)
from webapp.generation.services.requests import request_cancel, request_create
from webapp.generation.tasks import ring
from webapp.generation.throttling import address_digest
from webapp.imaging.models import Image
from webapp.imaging.selectors import image_manifest, image_revisions
from webapp.imaging.services import tiles_grant

NOT_PARAMETERS = {"csrfmiddlewaretoken", "source"}


class SignedIn(HttpRequest):
    """A request that passed the guard: it has a person."""

    user: User


@require_http_methods(["GET", "POST"])
@generation_required
def request_page(request: SignedIn) -> HttpResponse:
    """Offer the form; on POST store a request and go to its page."""
    try:
        card = engine.bundle_card()
    except engine.BundleUnavailableError as error:
        return render(
            request, "generation/unavailable.html", {"room": "generate", "message": error.message}, status=503
        )
    source = source_chosen(request.user, (request.POST or request.GET).get("source", ""))
    if request.method == "GET":
        return _page(request, card, source=source)
    raw = {name: str(value) for name, value in request.POST.items() if name not in NOT_PARAMETERS}
    try:
        asked = request_create(
            user=request.user, card=card, raw=raw, source=source, address=address_digest(request)
        )
    except DomainError as error:
        return _page(request, card, raw=raw, error=error, source=source)
    if asked.state == State.QUEUED:
        transaction.on_commit(lambda: ring(asked.pk))
    return redirect("generation:detail", token=asked.token)


@require_GET
@generation_required
def detail_page(request: SignedIn, token: str) -> HttpResponse:
    """Show one request: its form filled as it was asked for, and the picture as far as it is."""
    asked = request_get(token, request.user)
    if asked.kind == Kind.ANOMALY:
        return redirect("generation:map", token=token)
    try:
        card = engine.bundle_card()
    except engine.BundleUnavailableError:
        card = None
    return _page(request, card, asked=asked)


@require_GET
@generation_required
def state(request: SignedIn, token: str) -> JsonResponse:
    """Answer with the request's present state, for pages without a websocket."""
    return JsonResponse(request_state(request_get(token, request.user)))


@require_GET
@generation_required
def picture(request: SignedIn, token: str, name: str) -> JsonResponse:
    """Answer with the manifest of the request's overview, context, growing picture or image."""
    image = request_picture(request_get(token, request.user), name)
    revisions = {"revisions": image_revisions(image)} if name == "growing" else {}
    return JsonResponse(image_manifest(image, tiles_grant(request, image)) | revisions)


@require_POST
@generation_required
def cancel(request: SignedIn, token: str) -> HttpResponse:
    """Cancel and go back to the request."""
    asked = request_cancel(request_get(token, request.user))
    publish_change(asked.token)
    return redirect("generation:map" if asked.kind == Kind.ANOMALY else "generation:detail", token=token)


@require_GET
@generation_required
def download(request: SignedIn, token: str) -> HttpResponse:
    """Hand out the finished picture as a 16-bit PNG."""
    asked = request_get(token, request.user)
    image = request_picture(asked, "image")
    response = HttpResponse(picture_png(asked, image), content_type="image/png")
    response["Content-Disposition"] = f'attachment; filename="mambo-synthetic-{asked.token}.png"'
    return response


@require_GET
@generation_required
def download_dicom(request: SignedIn, token: str) -> HttpResponse:
    """Hand out the finished picture as a DICOM file."""
    asked = request_get(token, request.user)
    image = request_picture(asked, "image")
    response = HttpResponse(picture_dcm(asked, image), content_type="application/dicom")
    response["Content-Disposition"] = f'attachment; filename="mambo-synthetic-{asked.token}.dcm"'
    return response


def _page(
    request: SignedIn,
    card: BundleCard | None,
    *,
    asked: GenerationRequest | None = None,
    raw: dict[str, str] | None = None,
    error: DomainError | None = None,
    source: Image | None = None,
) -> HttpResponse:
    filled = raw if raw is not None else form_filled(asked)
    context = {
        "room": "generate",
        "card": card,
        "form": form_shown(card, filled, error) if card else None,
        "form_error": form_errors_elsewhere(card, error),
        "asked": asked,
        "source": asked.source if asked else source,
        "asked_facts": request_facts(asked) if asked else [],
        "history": request_history(request.user),
        "no_worker": "" if asked or drawing_worker_alive() else NO_WORKER,
        "page": page_data(asked),
    }
    return render(request, "generation/request.html", context, status=error.status if error else 200)
