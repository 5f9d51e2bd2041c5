"""A study's record: every event, whether the chain is whole, and the file."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from studies.models.study import Study
from studies.requests import SignedIn
from studies.selectors.audit import chain_events, chain_lines, chain_verify
from studies.selectors.studies import protocol_current
from studies.views.forms import study_of
from studies.views.words import event_lines
from webapp.accounts.permissions import staff_required

PAGE = 100


@require_GET
@staff_required
def record(request: SignedIn, slug: str) -> HttpResponse:
    """Show the events, newest first; with `?verify=1` say whether the chain is whole."""
    study = study_of(request, slug)
    answers = request.GET.get("answers") == "1"
    page = Paginator(chain_events(study, answers=answers), PAGE).get_page(request.GET.get("page"))
    context = {
        "study": study,
        "protocol": protocol_current(study),
        "page": page,
        "lines": event_lines(page.object_list),
        "answers": answers,
        "chain": chain_verify(study) if request.GET.get("verify") == "1" else None,
        "room": "study",
    }
    return render(request, "studies/coordinator/record.html", context)


@require_GET
@staff_required
def record_file(request: SignedIn, slug: str) -> StreamingHttpResponse:
    """Send every event as one line of JSON, with what its hash covers."""
    study = study_of(request, slug)
    headers = {"Content-Disposition": f'attachment; filename="{study.slug}-record.jsonl"'}
    return StreamingHttpResponse(_lines(study), content_type="application/x-ndjson", headers=headers)


def _lines(study: Study) -> Iterator[str]:
    for line in chain_lines(study):
        yield json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n"
