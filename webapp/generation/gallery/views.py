"""The gallery: a grid by labels, and one picture in deep zoom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from webapp.accounts.permissions import admin_required
from webapp.core.errors import NotAllowedError
from webapp.generation.gallery.selectors import (
    LABELS,
    MOST,
    gallery_labels,
    gallery_neighbors,
    gallery_open,
    gallery_picture,
    gallery_pictures,
)
from webapp.generation.gallery.services import picture_choose, picture_remove
from webapp.generation.parameters import label_title
from webapp.imaging.pictures import thumbnail_png
from webapp.imaging.selectors import image_manifest
from webapp.imaging.services import tiles_grant

CLOSED = "Readers don't look at generated pictures while they read."


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show the grid."""
    if refusal := _refusal(request):
        return refusal
    labels = _labels(request.GET)
    context = {
        "room": "gallery",
        "pictures": list(gallery_pictures(request.user, labels)[:MOST]),
        "groups": _groups(gallery_labels(request.user), labels),
        "filtered": bool(labels),
        "query": urlencode(labels),
    }
    return render(request, "generation/gallery.html", context)


@require_GET
def picture(request: HttpRequest, token: str) -> HttpResponse:
    """Show one picture in deep zoom."""
    if refusal := _refusal(request):
        return refusal
    image = gallery_picture(request.user, token)
    labels = _labels(request.GET)
    before, after = gallery_neighbors(request.user, image, labels)
    context = {
        "room": "gallery",
        "image": image,
        "provenance": getattr(image, "provenance", None),
        "manifest": image_manifest(image, tiles_grant(request, image)),
        "before": before,
        "after": after,
        "query": urlencode(labels),
    }
    return render(request, "generation/gallery_picture.html", context)


@require_GET
def thumb(request: HttpRequest, token: str) -> HttpResponse:
    """Send the thumbnail."""
    if refusal := _refusal(request):
        return refusal
    body = thumbnail_png(gallery_picture(request.user, token))
    return HttpResponse(body, content_type="image/png", headers={"Cache-Control": "private, max-age=3600"})


@require_POST
@admin_required
def choose(request: HttpRequest, token: str) -> HttpResponse:
    """Show a picture to everybody, or stop showing it."""
    image = gallery_picture(request.user, token)
    if request.POST.get("shown") == "1":
        picture_choose(image, request.user)  # type: ignore[arg-type]
    else:
        picture_remove(image)
    return redirect("gallery:picture", token=token)


def _refusal(request: HttpRequest) -> HttpResponse | None:
    """Return the way to the sign-in page for a visitor; none where the gallery is open.

    Raises:
        NotAllowedError: for a signed-in person who may not look.
    """
    if gallery_open(request.user):
        return None
    if request.user.is_authenticated:
        raise NotAllowedError(CLOSED)
    return redirect_to_login(request.get_full_path())


def _labels(query: Mapping[str, str]) -> dict[str, str]:
    return {name: query[name][:8] for name in LABELS if query.get(name)}


def _groups(values: dict[str, list[str]], chosen: dict[str, str]) -> list[dict[str, Any]]:
    """Return the filters as links: each keeps the other labels that are chosen."""

    def link(name: str, value: str) -> str:
        query = {key: text for key, text in {**chosen, name: value}.items() if text}
        return f"{reverse('gallery:list')}?{urlencode(query)}"

    return [
        {
            "title": label_title(name),
            "links": [
                {"text": value or "any", "url": link(name, value), "current": chosen.get(name, "") == value}
                for value in ("", *known)
            ],
        }
        for name, known in values.items()
    ]
