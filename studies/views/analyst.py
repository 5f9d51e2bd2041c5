"""Results and files of a study that has ended."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from studies.export.long_csv import csv_lines
from studies.export.results_csv import COLUMNS, results_rows
from studies.models.study import Study
from studies.requests import SignedIn
from studies.selectors.frames import UNBLINDED
from studies.selectors.pairs import is_of_pairs
from studies.selectors.reports import StudyReport, report_of_study
from studies.selectors.studies import UNBLINDED_ROLES, protocol_current, study_role
from studies.services.analyses import analysis_record
from studies.views.exports import export_response
from studies.views.forms import study_of
from studies.views.pairs import pairs_file, pairs_numbers, pairs_results
from studies.views.report_page import case_pictures, report_context, report_file, table_csv
from webapp.accounts.permissions import staff_required
from webapp.core.errors import ConflictError, NotAllowedError, NotFoundError


@require_GET
@staff_required
def results(request: SignedIn, slug: str) -> HttpResponse:
    """Show the finding in words, then the numbers behind it."""
    study = study_of(request, slug)
    if study.state not in UNBLINDED:
        messages.info(request, "The results are sealed until the study is closed and unblinded.")
        return redirect("studies:study", slug=slug)
    _check_role(request, study)
    if is_of_pairs(study):
        return pairs_results(request, study)
    found = report_of_study(study)
    context: dict[str, Any] = {"study": study, "room": "study", "document": None}
    if found is not None:
        analysis_record(study, request.user, found.report)
        page = found.document
        context |= report_context(
            page,
            numbers=lambda block: reverse("studies:report-numbers", args=[study.slug, block.key]),
            pictures=case_pictures(study, page),
            size=(found.facts.picture_rows, found.facts.picture_columns),
        )
    return render(request, "studies/analyst/results.html", context)


@require_GET
@staff_required
def report_alone(request: SignedIn, slug: str) -> HttpResponse:
    """Send the report as one file that needs nothing else; a browser prints it as PDF."""
    study = study_of(request, slug)
    if is_of_pairs(study):
        _check_role(request, study)
        return _file(f"{study.slug}-report.html", "text/html; charset=utf-8", pairs_file(request, study))
    study, found = _report(request, slug)
    page = found.document
    body = report_file(page, study, (found.facts.picture_rows, found.facts.picture_columns))
    return _file(f"{study.slug}-report.html", "text/html; charset=utf-8", body)


@require_GET
@staff_required
def report_numbers(request: SignedIn, slug: str, key: str) -> HttpResponse:
    """Send the numbers of one figure or table of the report."""
    study, found = _report(request, slug)
    block = found.document.block(key)
    if block is None or block.numbers is None:
        raise NotFoundError("The report has no such figure.")
    return _file(f"{study.slug}-{key}.csv", "text/csv; charset=utf-8", table_csv(block.numbers))


@require_GET
@staff_required
def results_csv(request: SignedIn, slug: str) -> HttpResponse:
    """Send the paper's table."""
    study, found = _report(request, slug)
    parts = found.report.parts
    columns: tuple[str, ...] = COLUMNS
    rows = results_rows(parts[0].main)
    if len(parts) > 1:  # a crossover has the table once for each condition
        columns = ("condition", *COLUMNS)
        rows = [[part.modality, *row] for part in parts for row in results_rows(part.main)]
    return _csv(f"{study.slug}-results.csv", columns, rows)


@require_GET
@staff_required
def results_json(request: SignedIn, slug: str) -> HttpResponse:
    """Send every number of the report with the name of each method."""
    study = study_of(request, slug)
    _check_role(request, study)
    body = pairs_numbers(request, study) if is_of_pairs(study) else _numbers(request, slug)
    text = json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False)
    return _file(f"{study.slug}-results.json", "application/json", text)


@require_GET
@staff_required
def responses_csv(request: SignedIn, slug: str) -> StreamingHttpResponse:
    """Send one row per reading; with the truth once the study is unblinded."""
    return export_response(request, study_of(request, slug), "readings")


@require_GET
@staff_required
def codebook_json(request: SignedIn, slug: str) -> StreamingHttpResponse:
    """Send what each column of the readings means."""
    return export_response(request, study_of(request, slug), "codebook")


def _numbers(request: SignedIn, slug: str) -> dict[str, Any]:
    study, found = _report(request, slug)
    protocol = protocol_current(study)
    body = {"study": study.slug, "protocol_sha256": protocol.sha256, "analysis": protocol.body["analysis"]}
    return body | found.report.first.main.to_dict() | {"report": found.report.to_dict()}


def _check_role(request: SignedIn, study: Study) -> None:
    if study_role(study, request.user) not in UNBLINDED_ROLES:
        raise NotAllowedError("The results are for the study's owner and analysts.")


def _report(request: SignedIn, slug: str) -> tuple[Study, StudyReport]:
    study = study_of(request, slug)
    _check_role(request, study)
    found = report_of_study(study)
    if found is None:
        raise ConflictError("Nothing was read in this study, so there is no result.")
    analysis_record(study, request.user, found.report)
    return study, found


def _csv(name: str, columns: Any, rows: Any) -> HttpResponse:
    return _file(name, "text/csv; charset=utf-8", "".join(csv_lines(columns, rows)))


def _file(name: str, kind: str, body: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(body, content_type=kind, headers=headers)
