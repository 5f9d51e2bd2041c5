"""Which study a request is about, and where it came from."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect

from studies.models.study import MemberRole, Study
from studies.permissions import allowed_roles
from studies.requests import SignedIn
from studies.selectors.setup import SETUP
from studies.selectors.studies import study_get, study_role
from webapp.core.errors import NotAllowedError


def study_of(request: SignedIn, slug: Any) -> Study:
    """Return the study that this signed-in person works on as staff, in a role that may use this address.

    Raises:
        NotFoundError: when there is none among theirs.
        NotAllowedError: when their role in it may not use this address.
    """
    study = study_get(str(slug), request.user)
    match = request.resolver_match
    role = study_role(study, request.user)
    name = match.url_name if match else None
    if role not in allowed_roles(name or ""):
        raise NotAllowedError(f"This is not open to a study's {MemberRole(role).label.lower()}.")
    return study


def back_to(request: SignedIn, slug: str) -> HttpResponse:
    """Lead back to the step of the setup that a form was sent from, else to the study's page."""
    step = request.POST.get("back", "")
    if step in SETUP:
        return redirect("studies:study-setup", slug=slug, step=step)
    return redirect("studies:study", slug=slug)
