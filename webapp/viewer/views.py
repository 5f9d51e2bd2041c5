"""The home page: three doors, and a picture to play with."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from webapp.imaging.selectors import image_manifest
from webapp.imaging.services import tiles_grant
from webapp.viewer.selectors import home_doors, home_picture


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the doors that are open to this person."""
    image = home_picture(request.user)
    manifest = image_manifest(image, tiles_grant(request, image)) if image else None
    return render(request, "viewer/home.html", {"doors": home_doors(request.user), "manifest": manifest})
