"""The same breast with other BI-RADS: side by side, and where the pictures differ."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from webapp.accounts.models import User
from webapp.accounts.permissions import generation_required
from webapp.generation import engine
from webapp.generation.difference import difference_png
from webapp.generation.models import GenerationRequest, State
from webapp.generation.selectors import request_get, request_picture, request_variants
from webapp.generation.services.variants import VARIED, variants_create
from webapp.generation.tasks import ring
from webapp.generation.throttling import address_digest
from webapp.imaging.selectors import image_pixels

SIDE_BY_SIDE = 4


class SignedIn(HttpRequest):
    """A request that passed the guard: it has a person."""

    user: User


@require_http_methods(["GET", "POST"])
@generation_required
def variants_page(request: SignedIn, token: str) -> HttpResponse:
    """Show what there is of the same breast with each BI-RADS; on POST ask for what is missing."""
    asked = request_get(token, request.user)
    card = engine.bundle_card()
    if request.method == "POST":
        for variant in variants_create(asked, card, address_digest(request)):
            if variant.state == State.QUEUED:
                transaction.on_commit(lambda pk=variant.pk: ring(pk))  # type: ignore[misc]
        return redirect("generation:variants", token=token)
    found = request_variants(asked)
    values = list(card.vocabulary.get(VARIED, ()))
    by_value = {one.labels.get(VARIED): one for one in found}
    columns = [_column(value, by_value.get(value), asked) for value in values]
    context = {
        "room": "generate",
        "asked": asked,
        "columns": columns,
        "missing": sum(column["request"] is None for column in columns),
        "drawing": any(one.is_live for one in found),
        "same_model": card.digest == asked.bundle_digest,
        "compare_url": _compare_url([column["request"] for column in columns]),
    }
    return render(request, "generation/variants.html", context)


@require_GET
@generation_required
def difference(request: SignedIn, token: str, other: str) -> HttpResponse:
    """Answer with the map of where the first picture is denser or less dense than the other."""
    first, second = (request_get(one, request.user) for one in (token, other))
    image, against = (request_picture(one, "image") for one in (first, second))
    png = difference_png(image_pixels(image), image_pixels(against), bits=max(image.bits, against.bits))
    response = HttpResponse(png, content_type="image/png")
    response["Cache-Control"] = "private, max-age=86400"
    return response


def _column(value: str, found: GenerationRequest | None, asked: GenerationRequest) -> dict[str, Any]:
    difference_url = ""
    if found is not None and found.pk != asked.pk and found.image_id and asked.image_id:
        difference_url = reverse("generation:difference", args=[found.token, asked.token])
    return {
        "value": value,
        "request": found,
        "own": found is not None and found.pk == asked.pk,
        "difference_url": difference_url,
    }


def _compare_url(requests: list[GenerationRequest | None]) -> str:
    tokens = [one.image.token for one in requests if one is not None and one.image is not None]
    if len(tokens) < 2:
        return ""
    return f"{reverse('viewer:compare')}?{urlencode([('image', token) for token in tokens[:SIDE_BY_SIDE]])}"
