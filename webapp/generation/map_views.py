"""Anomaly maps: where a picture differs from what a model of healthy breasts drew. Research, no finding."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from PIL import Image as Raster
from PIL.PngImagePlugin import PngInfo

from webapp.accounts.models import User
from webapp.accounts.permissions import generation_required
from webapp.core.errors import DomainError, NotFoundError
from webapp.generation import engine
from webapp.generation.models import GenerationRequest, Kind, State
from webapp.generation.parameters import label_title
from webapp.generation.selectors import request_get, request_picture, request_state, source_chosen
from webapp.generation.services.maps import NOISE_LEVELS, map_create
from webapp.generation.tasks import ring
from webapp.generation.throttling import address_digest
from webapp.imaging.selectors import image_manifest, image_pixels
from webapp.imaging.services import tiles_grant

NOTE = "Anomaly map for research: where a picture differs from what a model drew instead. Not for diagnosis."
PRIVATE = {"Cache-Control": "private, max-age=86400"}


class SignedIn(HttpRequest):
    """A request that passed the guard: it has a person."""

    user: User


@require_POST
@generation_required
def map_ask(request: SignedIn) -> HttpResponse:
    """Ask for a map of a picture and go to its page."""
    source = source_chosen(request.user, request.POST.get("source", ""))
    if source is None:
        raise DomainError("No picture was chosen to search.", field="source")
    asked = map_create(
        user=request.user,
        card=engine.anomaly_card(),
        source=source,
        healthy=engine.HEALTHY,
        noise_level=request.POST.get("noise_level", ""),
        address=address_digest(request),
    )
    if asked.state == State.QUEUED:
        transaction.on_commit(lambda: ring(asked.pk))
    return redirect("generation:map", token=asked.token)


@require_GET
@generation_required
def map_page(request: SignedIn, token: str) -> HttpResponse:
    """Show the picture, and the map over it as soon as there is one."""
    asked = _map_request(request, token)
    if asked.source is None:
        raise NotFoundError("The picture that this map is of was removed.")
    try:
        card = engine.anomaly_card()
    except engine.BundleUnavailableError:
        card = None
    page = {
        "state": request_state(asked),
        "stateUrl": reverse("generation:state", args=[token]),
        "socketPath": f"/ws/generate/{token}/",
        "manifest": image_manifest(asked.source, tiles_grant(request, asked.source)),
        "overlayUrl": reverse("generation:map-overlay", args=[token]),
    }
    context = {
        "room": "generate",
        "asked": asked,
        "card": card if card and card.digest == asked.bundle_digest else None,
        "healthy": ", ".join(f"{label_title(name)} {value}" for name, value in asked.labels.items() if value),
        "levels": NOISE_LEVELS,
        "draws": engine.DRAWS,
        "page": page,
    }
    return render(request, "generation/map.html", context)


@require_GET
@generation_required
def map_overlay(request: SignedIn, token: str) -> HttpResponse:
    """Answer with the map in 8 bits, its highest value white, to be colored by the page."""
    found = _map_pixels(_map_request(request, token)).astype(np.float64)
    gray = np.rint(found * (255 / max(1.0, found.max()))).astype(np.uint8)
    return HttpResponse(_png(gray, {}), content_type="image/png", headers=PRIVATE)


@require_GET
@generation_required
def map_download(request: SignedIn, token: str) -> HttpResponse:
    """Hand out the map as a 16-bit PNG; 65535 is a difference of the whole range."""
    asked = _map_request(request, token)
    facts = {
        "Comment": NOTE,
        "Software": f"MAMBO Reader, bundle {asked.bundle} {asked.bundle_digest[:12]}",
        "Settings": f"noise level {asked.noise_level}, {engine.DRAWS} draws, {asked.steps} steps, "
        f"seed {asked.seed}, sampler {asked.sampler}",
    }
    response = HttpResponse(_png(_map_pixels(asked).astype("<u2"), facts), content_type="image/png")
    response["Content-Disposition"] = f'attachment; filename="anomaly-map-{asked.token}.png"'
    return response


def _map_request(request: SignedIn, token: str) -> GenerationRequest:
    asked = request_get(token, request.user)
    if asked.kind != Kind.ANOMALY:
        raise NotFoundError("There is no such map.")
    return asked


def _map_pixels(asked: GenerationRequest) -> Any:
    return image_pixels(request_picture(asked, "image"))


def _png(pixels: Any, facts: dict[str, str]) -> bytes:
    info = PngInfo()
    for name, text in facts.items():
        info.add_text(name, text)
    out = io.BytesIO()
    Raster.fromarray(pixels).save(out, format="PNG", pnginfo=info)
    return out.getvalue()
