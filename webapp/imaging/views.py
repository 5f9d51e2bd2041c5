"""Pages of the library: the grid, one picture, and files brought in by the browser."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from webapp.accounts.permissions import admin_required
from webapp.core.errors import DomainError
from webapp.imaging.batch_page import batch_line, batch_lines, batch_report
from webapp.imaging.ingest.labels import FIELDS
from webapp.imaging.library_page import filter_groups, filters_of, image_line
from webapp.imaging.models import Image, Source
from webapp.imaging.pictures import exact_png, thumbnail_png
from webapp.imaging.selectors import image_for, image_list, image_manifest, ingest_run_get
from webapp.imaging.services import image_ingest, tiles_grant

PAGE_SIZE = 60


@require_GET
@admin_required
def library(request: HttpRequest) -> HttpResponse:
    """Show the library as a grid with filters."""
    chosen = filters_of(request.GET)
    page = Paginator(image_list(chosen), PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "room": "library",
        "page": page,
        "groups": filter_groups(chosen),
        "chosen": chosen,
        "filtered": any(chosen.values()),
        "synthetic": any(image.is_synthetic for image in page),
        "query": query.urlencode(),
        "batches": batch_lines(),
    }
    return render(request, "imaging/library.html", context)


@require_GET
@admin_required
def batch(request: HttpRequest, token: str) -> JsonResponse:
    """Tell how far a batch from the command line is."""
    return JsonResponse(batch_line(ingest_run_get(token)))


@require_GET
@admin_required
def batch_report_file(request: HttpRequest, token: str, form: str) -> HttpResponse:
    """Send the files that a batch did not add, with reasons."""
    kind = "text/csv; charset=utf-8" if form == "csv" else "application/json"
    response = HttpResponse(batch_report(ingest_run_get(token), form), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="not-added.{form}"'
    return response


@require_POST
@admin_required
def upload(request: HttpRequest) -> HttpResponse:
    """Bring in one file; answer with the picture or with the reason why not."""
    file = request.FILES.get("file")
    if file is None:
        raise DomainError("No file came with the request. Choose one and try again.", field="file")
    labels = {field: request.POST.get(field, "") for field in FIELDS}
    image = image_ingest(
        file,
        name=file.name or "file",
        created_by=request.user,
        source=request.POST.get("source", Source.ORIGINAL),
        labels=labels,
    )
    return JsonResponse({"image": image_line(image)}, status=201)


@require_GET
@login_required
def image_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show one picture in the viewer, with where it came from."""
    image = image_for(request.user, token)
    context = {
        "room": "library",
        "image": image,
        "provenance": getattr(image, "provenance", None),
        "manifest": image_manifest(image, tiles_grant(request, image)),
    }
    return render(request, "imaging/image.html", context)


@require_GET
@login_required
def thumb(request: HttpRequest, token: str) -> HttpResponse:
    """Send the thumbnail."""
    return _file(thumbnail_png(image_for(request.user, token)))


@require_GET
@login_required
def png(request: HttpRequest, token: str) -> HttpResponse:
    """Send the exact pixels as a 16-bit PNG."""
    image = image_for(request.user, token)
    response = _file(exact_png(image))
    response["Content-Disposition"] = f'attachment; filename="{_file_name(image)}"'
    return response


def _file(body: bytes) -> HttpResponse:
    # A picture never changes under its token; only this person's browser may keep it.
    return HttpResponse(body, content_type="image/png", headers={"Cache-Control": "private, max-age=86400"})


def _file_name(image: Image) -> str:
    stem = image.title.rsplit(".", 1)[0]
    safe = "".join(
        character if character.isascii() and (character.isalnum() or character in "-_") else "_"
        for character in stem
    )
    return f"{safe[:80] or 'picture'}.png"
