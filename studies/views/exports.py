"""The page of a study's files, and each file: blinded at any time, with the truth after unblinding only."""

from __future__ import annotations

from itertools import chain

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from studies.models.study import State, Study
from studies.requests import SignedIn
from studies.selectors.studies import UNBLINDED_ROLES, study_role
from studies.services.analyses import export_record
from studies.views.export_kinds import KINDS, Kind, may_know, written
from studies.views.forms import study_of
from studies.views.streaming import streamed, streamed_file
from webapp.accounts.permissions import staff_required
from webapp.core.errors import ConflictError, NotAllowedError, NotFoundError


@require_GET
@staff_required
def exports(request: SignedIn, slug: str) -> HttpResponse:
    """Show what can be taken out now, and why the rest can not."""
    study = study_of(request, slug)
    role = study_role(study, request.user)
    know = may_know(study, role)
    rows = [
        {"key": key, "kind": kind, "why": _why_not(kind, study, role), "truth": know and kind.truth != "never"}
        for key, kind in KINDS.items()
    ]
    context = {"study": study, "rows": rows, "room": "study", "know": know}
    return render(request, "studies/analyst/exports.html", context)


@require_GET
@staff_required
def export(request: SignedIn, slug: str, kind: str) -> StreamingHttpResponse:
    """Send one file; the record keeps who took what, and whether it held the truth."""
    return export_response(request, study_of(request, slug), kind)


def export_response(request: SignedIn, study: Study, key: str) -> StreamingHttpResponse:
    """Return one file of a study whose staff this person is.

    Raises:
        NotFoundError: for an unknown kind.
        NotAllowedError: when the file holds the truth and the role may not know it.
        ConflictError: when it can't be made in the study's state, or from its readings.
    """
    kind = KINDS.get(key)
    if kind is None:
        raise NotFoundError(f"There is no such file. There are: {', '.join(KINDS)}.")
    role = study_role(study, request.user)
    why = _why_not(kind, study, role)
    if why:
        closed = kind.truth == "only" and role not in UNBLINDED_ROLES
        raise NotAllowedError(why) if closed else ConflictError(why)
    know = may_know(study, role) and kind.truth != "never"
    name = f"{study.slug}-{kind.suffix}"
    if kind.lines is not None:
        lines = kind.lines(study, know)
        first = next(lines, "")  # what can't be made is refused here, before the answer begins
        export_record(study, request.user, key, truth=know)
        return streamed(request, chain([first], lines), name=name, kind=kind.media)
    file = written(kind, study, know)
    export_record(study, request.user, key, truth=know)
    return streamed_file(request, file, name=name, kind=kind.media)


def _why_not(kind: Kind, study: Study, role: str) -> str:
    if study.state == State.DRAFT:
        return "A draft has no readings."
    if kind.truth != "only" or may_know(study, role):
        return ""
    if role not in UNBLINDED_ROLES:
        return "It holds the truth, which is for the study's owner and analysts."
    return "It holds the truth, which is sealed until the study is closed and unblinded."
