"""A new study in five steps. The draft is made by the first; each step can be left and come back to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from studies.design.protocol import protocol_hash
from studies.design.protocol.design import STRATA
from studies.design.starting_points import STARTING_POINTS, starting_point
from studies.models.study import State, Study
from studies.requests import SignedIn
from studies.selectors.balance import case_balance
from studies.selectors.contents import contents_with_truth
from studies.selectors.leaks import leak_latest
from studies.selectors.progress import picture_progress, reader_progress
from studies.selectors.readiness import class_counts, study_readiness
from studies.selectors.setup import SETUP, setup_done
from studies.selectors.studies import protocol_current
from studies.services.invitations import invitation_list
from studies.services.leaks import leaking
from studies.services.lifecycle import study_create
from studies.services.protocols import protocol_change, title_change
from studies.views.forms import study_of
from studies.views.steps import actions
from studies.views.wizard_forms import ALLOCATIONS, PARTS, DesignForm, TextForm
from webapp.accounts.permissions import staff_required
from webapp.core.errors import DomainError, NotFoundError

Context = dict[str, Any]


@require_http_methods(["GET", "POST"])
@staff_required
def new(request: SignedIn) -> HttpResponse:
    """Show the first step, and make the draft."""
    context: Context = {"title": "", "chosen": STARTING_POINTS[0].key, "error": None}
    if request.method == "POST":
        context |= {"title": request.POST.get("title", "").strip(), "chosen": request.POST.get("template", "")}
        try:
            study = study_create(
                title=context["title"], owner=request.user, protocol=_chosen(context["chosen"]).make()
            )
        except DomainError as error:
            context["error"] = error
        else:
            return redirect("studies:study-setup", slug=study.slug, step="cases")
    context |= {"points": STARTING_POINTS, "setup": SETUP, "step": "purpose", "place": 1, "room": "study"}
    return render(request, "studies/setup/purpose.html", context, status=422 if context["error"] else 200)


@require_http_methods(["GET", "POST"])
@staff_required
def setup(request: SignedIn, slug: str, step: str) -> HttpResponse:
    """Show a step of a draft, or keep what was sent and go on to the next."""
    study = study_of(request, slug)
    if step not in SETUP:
        raise NotFoundError("There is no such step.")
    if study.state != State.DRAFT:
        messages.info(request, "The study is locked. Its settings can't change any more.")
        return redirect("studies:study", slug=slug)
    names = list(SETUP)
    sent = SHOW[step](study)
    if request.method == "POST":
        try:
            sent |= KEEP[step](request, study) if step in KEEP else {}
        except DomainError as error:
            sent |= {"error": error} | RETYPED[step](request, study)
        else:
            onward = names[min(names.index(step) + 1, len(names) - 1)]
            return redirect("studies:study-setup", slug=slug, step=onward)
    context = _frame(study, step) | sent
    return render(request, f"studies/setup/{step}.html", context, status=422 if "error" in sent else 200)


def _frame(study: Study, step: str) -> Context:
    """Return what every step shows: the way through the steps, and the summary beside them."""
    counts, names = class_counts(study), list(SETUP)
    done = setup_done(study)
    place = names.index(step)
    return {
        "study": study,
        "setup": SETUP,
        "done": done,
        "step": step,
        "place": place + 1,
        "before": names[place - 1] if place else "",
        "protocol": protocol_current(study),
        "counts": counts,
        "readers": reader_progress(study),
        "invitations": invitation_list(study),
        "allocation": ALLOCATIONS[protocol_current(study).body["design"]["allocation"]][0],
        "draft": True,
        "room": "study",
    }


def _chosen(key: str) -> Any:
    point = starting_point(key)
    if point is None:
        raise DomainError("Choose what the study asks.", field="template")
    return point


def _show_purpose(study: Study) -> Context:
    body = protocol_current(study).body
    known = starting_point(body["template"])
    return {"title": study.title, "chosen": body["template"], "points": STARTING_POINTS, "own": known is None}


def _keep_purpose(request: SignedIn, study: Study) -> Context:
    title_change(study, request.user, request.POST.get("title", ""))
    body, key = protocol_current(study).body, request.POST.get("template", "")
    if key and key != body["template"]:
        protocol_change(study, request.user, _chosen(key).make())
    return {}


def _retyped_purpose(request: SignedIn, study: Study) -> Context:
    return {"title": request.POST.get("title", ""), "chosen": request.POST.get("template", "")}


def _show_cases(study: Study) -> Context:
    return {
        "cases": contents_with_truth(study),
        "balance": case_balance(study) if study.cases.exists() else [],
        "pictures": picture_progress(study),
    }


def _show_readers(study: Study) -> Context:
    return _design(DesignForm.of(protocol_current(study).body["design"]))


def _design(form: DesignForm) -> Context:
    # Pairs ask another question than single pictures: the template decides, not the design.
    offered = {
        key: words for key, words in ALLOCATIONS.items() if (key == "pairs") == (form.allocation == "pairs")
    }
    return {"form": form, "allocations": offered, "strata": STRATA, "joinable": True, "runs": True, "owns": True}


def _sent_design(request: SignedIn, study: Study) -> tuple[DesignForm, dict[str, Any]]:
    body = protocol_current(study).body
    return DesignForm.sent(request.POST, DesignForm.of(body["design"])), body


def _keep_readers(request: SignedIn, study: Study) -> Context:
    form, body = _sent_design(request, study)
    protocol_change(study, request.user, body | {"design": form.design(body["design"])})
    return {}


def _retyped_readers(request: SignedIn, study: Study) -> Context:
    return _design(_sent_design(request, study)[0])


def _show_protocol(study: Study) -> Context:
    return {"form": TextForm.of(protocol_current(study).body), "parts": PARTS}


def _keep_protocol(request: SignedIn, study: Study) -> Context:
    protocol_change(study, request.user, TextForm.sent(request.POST, protocol_current(study).body).protocol())
    return {}


def _retyped_protocol(request: SignedIn, study: Study) -> Context:
    return {"form": TextForm.sent(request.POST, protocol_current(study).body)}


def _show_check(study: Study) -> Context:
    checks, report = study_readiness(study), leak_latest(study)
    ready = all(check.ok for check in checks)
    return {
        "checks": checks,
        "ready": ready,
        "actions": actions(study, ready=ready, finished=False),
        "pictures": picture_progress(study),
        "report": report,
        "leaking": leaking(report) if report else [],
        "hash": protocol_hash(protocol_current(study).body),
    }


SHOW: dict[str, Callable[[Study], Context]] = {
    "purpose": _show_purpose,
    "cases": _show_cases,
    "readers": _show_readers,
    "protocol": _show_protocol,
    "check": _show_check,
}
KEEP: dict[str, Callable[[SignedIn, Study], Context]] = {
    "purpose": _keep_purpose,
    "readers": _keep_readers,
    "protocol": _keep_protocol,
}
RETYPED: dict[str, Callable[[SignedIn, Study], Context]] = {
    "purpose": _retyped_purpose,
    "readers": _retyped_readers,
    "protocol": _retyped_protocol,
}
