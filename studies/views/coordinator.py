"""The staff's pages: list, new study, one study, and the steps of its life."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from studies.models.signature import Act
from studies.models.study import MemberRole, State, Study
from studies.permissions import OWNER, RUN
from studies.requests import SignedIn
from studies.selectors.contents import contents_blinded, contents_with_truth, truth_shown
from studies.selectors.leaks import leak_latest
from studies.selectors.progress import picture_progress, reader_progress
from studies.selectors.readiness import class_counts, study_readiness
from studies.selectors.setup import setup_next
from studies.selectors.studies import (
    UNBLINDED_ROLES,
    audit_latest,
    protocol_current,
    rehearsal_list,
    study_list,
    study_role,
)
from studies.services import lifecycle
from studies.services.enrolment import JOINABLE, reader_enrol, reader_remove
from studies.services.invitations import invitation_list
from studies.services.leaks import leaking
from studies.services.signatures import signature_check
from studies.views.forms import back_to, study_of
from studies.views.leaks import leaks_ensure
from studies.views.steps import STEPS, actions, may_step
from studies.views.words import event_lines
from webapp.accounts.permissions import staff_required
from webapp.core.errors import DomainError, NotAllowedError

MOVES: dict[str, Callable[..., Study]] = {
    "lock": lifecycle.study_lock,
    "open": lifecycle.study_open,
    "pause": lifecycle.study_pause,
    "close": lifecycle.study_close,
    "unblind": lifecycle.study_unblind,
    "archive": lifecycle.study_archive,
}
SIGNED = {"lock": Act.LOCK, "unblind": Act.UNBLIND}
SAID = {
    "lock": "Locked. Protocol and cases can't change any more. You can still invite readers.",
    "open": "Open. The readers can begin.",
    "pause": "Paused. The readers keep their place.",
    "close": "Closed. No more answers are taken, and every one is kept.",
    "unblind": "Unblinded. The results are open.",
    "archive": "Archived. Everything stays readable.",
}


@require_GET
@staff_required
def index(request: SignedIn) -> HttpResponse:
    """Show where each study stands."""
    rows = [_line(study) for study in study_list(request.user)]
    return render(request, "studies/coordinator/list.html", {"rows": rows, "room": "study"})


@require_GET
@staff_required
def study(request: SignedIn, slug: str) -> HttpResponse:
    """Show one study: its state and next step, readiness or progress, cases, readers, record."""
    found = study_of(request, slug)
    return render(request, "studies/coordinator/study.html", _context(found, study_role(found, request.user)))


@require_POST
@staff_required
def move(request: SignedIn, slug: str) -> HttpResponse:
    """Take one step, or close and unblind in one. Lock and unblind are signed with the password."""
    current = study_of(request, slug)
    wanted = request.POST.get("to", "")
    try:
        if not set(wanted.split("-")) <= set(MOVES):
            raise DomainError("There is no such step.")
        if not may_step(study_role(current, request.user), wanted):
            raise NotAllowedError("Your role in this study does not take this step.")
        last = _take(request, current, wanted.split("-"))
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("studies:study", slug=slug)
    messages.success(request, SAID[last])
    return redirect("studies:results" if last == "unblind" else "studies:study", slug=slug)


def _take(request: SignedIn, current: Study, steps: list[str]) -> str:
    """Check the signature before the first step, then take each; return the last one's name."""
    if steps == ["open"]:
        leaks_ensure(current, request.user)
    act = next((SIGNED[step] for step in steps if step in SIGNED), None)
    if steps == ["open"] and request.POST.get("password"):
        act = Act.OVERRIDE
    given = {key: request.POST.get(key, "") for key in ("password", "reason")}
    signed = signature_check(current, request.user, act, **given) if act else None
    for step in steps:
        if step in SIGNED or act == Act.OVERRIDE:
            MOVES[step](current, request.user, signed)
        else:
            MOVES[step](current, request.user)
    return steps[-1]


@require_POST
@staff_required
def readers(request: SignedIn, slug: str) -> HttpResponse:
    """Invite readers by name (several with commas or spaces), or take one out of a draft."""
    current = study_of(request, slug)
    try:
        if request.POST.get("remove"):
            reader_remove(current, request.POST["remove"], request.user)
            messages.success(request, f"Reader {request.POST['remove']} is out of the draft.")
        else:
            _enrol(request, current)
    except DomainError as error:
        messages.error(request, error.message)
    return back_to(request, slug)


def _enrol(request: SignedIn, current: Study) -> None:
    names = request.POST.get("username", "").replace(",", " ").split()
    if not names:
        raise DomainError("Write the name of a reader account.", field="username")
    for name in names:
        participant = reader_enrol(current, name, request.user)
        messages.success(request, f"{name} reads as {participant.reader_code}.")


def _line(study: Study) -> dict[str, Any]:
    total = study.case_count * study.reader_count  # type: ignore[attr-defined]
    return {"study": study, "total": total, "share": study.done_count / total if total else 0}  # type: ignore[attr-defined]


def _context(study: Study, role: str) -> dict[str, Any]:
    knows = role in UNBLINDED_ROLES
    shown = knows and truth_shown(study)
    checks = study_readiness(study) if study.state == State.DRAFT else []
    people = reader_progress(study)
    checked = leak_latest(study) if role in OWNER and study.state in (State.DRAFT, State.LOCKED) else None
    leak = ", ".join(leaking(checked)) if checked else ""
    finished = bool(people) and all(person.finished for person in people)
    return {
        "study": study,
        "steps": STEPS,
        "draft": study.state == State.DRAFT and role in OWNER,
        "joinable": study.state in JOINABLE and role in RUN,
        "actions": actions(
            study, ready=all(check.ok for check in checks), finished=finished, role=role, leak=leak
        ),
        "checked": checked,
        "leak": leak,
        "role": role,
        "knows": knows,
        "runs": role in RUN,
        "onward": setup_next(study) if study.state == State.DRAFT and role in OWNER else "",
        "owns": role in OWNER,
        "rehearsals": rehearsal_list(study) if role in OWNER else [],
        "checks": checks if knows else [],
        "pictures": picture_progress(study),
        "protocol": protocol_current(study),
        "shown": shown,
        "counts": class_counts(study) if shown else None,
        "cases": contents_with_truth(study) if shown else contents_blinded(study),
        "readers": people,
        "done": sum(person.done for person in people),
        "total": sum(person.count for person in people),
        "staff": study.memberships.exclude(role=MemberRole.READER).select_related("user").order_by("role", "pk"),
        "invitations": invitation_list(study) if role in RUN else [],
        "events": event_lines(audit_latest(study)),
        "room": "study",
    }
