"""The home page, pictures beside each other, and the display's self-check."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from webapp.core.errors import DomainError
from webapp.imaging.models import Image
from webapp.imaging.selectors import image_for, image_manifest
from webapp.imaging.services import tiles_grant
from webapp.viewer.hanging import MOST, Position, hang
from webapp.viewer.selectors import home_doors, home_picture
from webapp.viewer.services import display_check_add

CHECK_MOST_BYTES = 8 * 1024
QUESTIONS = (
    ("black", "Do you see a square in the black field?"),
    ("white", "Do you see a square in the white field?"),
    ("lines", "Can you tell the thin lines apart, in the corners and in the middle?"),
)
LETTER_ROWS = ("Top, on dark", "Middle, on gray", "Bottom, on bright")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the doors that are open to this person."""
    image = home_picture(request.user)
    manifest = image_manifest(image, tiles_grant(request, image)) if image else None
    return render(request, "viewer/home.html", {"doors": home_doors(request.user), "manifest": manifest})


@login_required
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Show up to four pictures beside each other, hung as on a reading workstation.

    Raises:
        DomainError: for no picture, or more than four.
        NotFoundError: for a picture that this person may not look at in the office; readers may look at none.
    """
    tokens = list(dict.fromkeys(request.GET.getlist("image")))
    if not 1 <= len(tokens) <= MOST:
        raise DomainError(f"Choose 1 to {MOST} pictures to compare; {len(tokens)} were chosen.", field="image")
    images = [image_for(request.user, token) for token in tokens]
    hanging = hang([Position(image.laterality, image.view) for image in images])
    panes = [
        _pane(request, images[number], mirrored)
        for number, mirrored in zip(hanging.order, hanging.mirrored, strict=True)
    ]
    steps = [{"name": step.name, "panes": list(step.panes), "columns": step.columns} for step in hanging.steps]
    context = {
        "panes": panes,
        "steps": steps,
        "hanging": {"panes": [pane["data"] for pane in panes], "steps": steps},
        "sized": all(image.spacing_mm for image in images),
    }
    return render(request, "viewer/compare.html", context)


@login_required
@require_safe
def display(request: HttpRequest) -> HttpResponse:
    """Show the self-check of the display; it holds no picture of the library."""
    asked = request.GET.get("next", "")
    # Only back into this site: never to an address that a link from elsewhere brings along.
    onward = asked if asked.startswith("/read/") and "//" not in asked else reverse("studies:reader-home")
    context = {"questions": QUESTIONS, "letter_rows": LETTER_ROWS, "onward": onward}
    return render(request, "viewer/display.html", context)


@login_required
@require_POST
def display_save(request: HttpRequest) -> HttpResponse:
    """Keep what was found; answer whether it passed.

    Raises:
        DomainError: for a body that is too large, no JSON, or no result.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > CHECK_MOST_BYTES:
        raise DomainError(f"The check was not kept: it is larger than {CHECK_MOST_BYTES // 1024} KiB.")
    try:
        body = json.loads(request.body)
    except ValueError as error:
        raise DomainError("The check was not kept: it is no JSON.") from error
    check = display_check_add(request.user, body)
    # The session is this device: a study that asks for the check looks here.
    request.session["display_check"] = {"check": check.pk, "passed": check.passed, "result": check.result}
    return JsonResponse({"passed": check.passed}, status=201)


def _pane(request: HttpRequest, image: Image, mirrored: bool) -> dict[str, Any]:
    position = f"{image.laterality} {image.view}".strip()
    manifest = image_manifest(image, tiles_grant(request, image))
    return {
        "title": image.title,
        "position": position,
        "synthetic": image.is_synthetic,
        "mirrored": mirrored,
        "data": {"manifest": manifest, "mirrored": mirrored},
    }
