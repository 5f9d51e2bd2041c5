"""Images of the library become cases of a draft."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from studies.requests import SignedIn
from studies.selectors.contents import assets_unready
from studies.selectors.studies import study_drafts
from studies.services.cases import case_remove, cases_add
from studies.tasks import assets_enqueue
from studies.views.forms import back_to, study_of
from webapp.accounts.permissions import staff_required
from webapp.core.errors import DomainError
from webapp.core.http import wants_json


@require_GET
@staff_required
def draft_list(request: SignedIn) -> HttpResponse:
    """Answer with the drafts that images may be added to."""
    return JsonResponse({"studies": study_drafts(request.user)})


@require_POST
@staff_required
def add(request: SignedIn) -> HttpResponse:
    """Add the chosen images to a draft; to a script answer with counts, to a person with the study's page."""
    study = study_of(request, request.POST.get("study", ""))
    tokens = list(dict.fromkeys(request.POST.getlist("image")))
    try:
        assets = cases_add(study, tokens, request.user)
    except DomainError as error:
        if wants_json(request):
            raise
        messages.error(request, error.message)
        return redirect("studies:study", slug=study.slug)
    identities = [asset.pk for asset in assets]
    transaction.on_commit(lambda: assets_enqueue(identities))
    known = len(tokens) - len(assets)
    url = reverse("studies:study", args=[study.slug])
    if wants_json(request):
        return JsonResponse({"added": len(assets), "known": known, "study": {"title": study.title, "url": url}})
    messages.success(request, _said(len(assets), known))
    return redirect(url)


@require_POST
@staff_required
def remove(request: SignedIn, slug: str) -> HttpResponse:
    """Take a case out of a draft."""
    study = study_of(request, slug)
    try:
        case_remove(study, request.POST.get("case", ""), request.user)
    except DomainError as error:
        messages.error(request, error.message)
    return back_to(request, slug)


@require_POST
@staff_required
def prepare(request: SignedIn, slug: str) -> HttpResponse:
    """Ring the worker again for pictures that are not made."""
    identities = assets_unready(study_of(request, slug))
    transaction.on_commit(lambda: assets_enqueue(identities))
    messages.info(request, f"{len(identities)} pictures are asked for again.")
    return back_to(request, slug)


def _said(added: int, known: int) -> str:
    words = f"{added} image{'' if added == 1 else 's'} added."
    return f"{words} {known} {'was' if known == 1 else 'were'} in the study already." if known else words
