"""What each case of a draft is for, and whether readers are told the truth while they train."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from studies.design.protocol import Protocol
from studies.models.case import Phase
from studies.models.study import State, Study
from studies.requests import SignedIn
from studies.selectors.contents import contents_with_truth
from studies.selectors.studies import protocol_current
from studies.services.phases import cases_sort
from studies.services.protocols import protocol_change
from studies.views.forms import study_of
from webapp.accounts.permissions import staff_required
from webapp.core.errors import DomainError

PREFIX = "case-"


@require_http_methods(["GET", "POST"])
@staff_required
def phases(request: SignedIn, slug: str) -> HttpResponse:
    """Show every case with what it is for, or keep what was sent."""
    study = study_of(request, slug)
    if study.state != State.DRAFT:
        messages.info(request, "The study is locked. What its cases are for can't change any more.")
        return redirect("studies:study", slug=slug)
    error: DomainError | None = None
    if request.method == "POST":
        try:
            _keep(request, study)
            return redirect("studies:study-setup", slug=slug, step="cases")
        except DomainError as wrong:
            error = wrong
    context = _shown(study, request) | {"error": error}
    return render(request, "studies/setup/phases.html", context, status=422 if error else 200)


def _keep(request: SignedIn, study: Study) -> None:
    sent = {name.removeprefix(PREFIX): request.POST[name] for name in request.POST if name.startswith(PREFIX)}
    moved = cases_sort(study, request.user, sent)
    body = protocol_current(study).body
    protocol_change(study, request.user, _with_feedback(body, told=request.POST.get("feedback") == "on"))
    messages.success(request, f"{moved} case{'' if moved == 1 else 's'} moved.")


def _with_feedback(body: Protocol, *, told: bool) -> Protocol:
    flow = {name: content for name, content in body.get("flow", {}).items() if name != "training"}
    flow |= {"training": {"feedback": True}} if told else {}
    rest = {name: content for name, content in body.items() if name != "flow"}
    return rest | ({"flow": flow} if flow else {})


def _shown(study: Study, request: SignedIn) -> dict[str, Any]:
    now = dict(study.cases.values_list("code", "phase"))
    cases = [
        {"case": one, "phase": request.POST.get(f"{PREFIX}{one.code}", now[one.code])}
        for one in contents_with_truth(study)
    ]
    told = protocol_current(study).body.get("flow", {}).get("training", {}).get("feedback", False)
    return {"study": study, "cases": cases, "phases": Phase.choices, "told": told, "room": "study"}
