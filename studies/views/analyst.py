"""Results and files of a study that has ended."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from studies.export.codebook import codebook
from studies.export.long_csv import csv_lines
from studies.export.results_csv import COLUMNS, results_rows
from studies.models.study import Study
from studies.requests import SignedIn
from studies.selectors.frames import ENDED, UNBLINDED, responses_frame, unblinded_frame
from studies.selectors.studies import UNBLINDED_ROLES, protocol_current, study_role
from studies.statistics.finding import finding
from studies.statistics.report import Report, study_report
from studies.views.forest import forest
from studies.views.forms import study_of
from webapp.accounts.permissions import admin_required
from webapp.core.errors import ConflictError, NotAllowedError


@require_GET
@admin_required
def results(request: SignedIn, slug: str) -> HttpResponse:
    """Show the finding in words, then the numbers behind it."""
    study = study_of(request, slug)
    if study.state not in UNBLINDED:
        messages.info(request, "The results are sealed until the study is closed and unblinded.")
        return redirect("studies:study", slug=slug)
    context: dict[str, Any] = {
        "study": study,
        "protocol": protocol_current(study),
        "room": "study",
        "report": None,
    }
    frame = _readings(request, study)
    if not frame.empty:
        report = _report(study, frame)
        headline, numbers = finding(report, confidence=_plan(study)["confidence"])
        context |= {"report": report, "headline": headline, "numbers": numbers, "forest": forest(report)}
        context |= {
            "readings": len(frame),
            "cases": frame["case_code"].nunique(),
            "margin": _plan(study)["margin"],
        }
    return render(request, "studies/analyst/results.html", context)


@require_GET
@admin_required
def results_csv(request: SignedIn, slug: str) -> HttpResponse:
    """Send the table of results."""
    study = study_of(request, slug)
    rows = results_rows(_report(study, _readings(request, study)))
    return _csv(f"{study.slug}-results.csv", COLUMNS, rows)


@require_GET
@admin_required
def results_json(request: SignedIn, slug: str) -> HttpResponse:
    """Send the results with the name of each method."""
    study = study_of(request, slug)
    body = {"study": study.slug, "protocol_sha256": protocol_current(study).sha256, "analysis": _plan(study)}
    body |= _report(study, _readings(request, study)).to_dict()
    response = JsonResponse(body, json_dumps_params={"indent": 2})
    response["Content-Disposition"] = f'attachment; filename="{study.slug}-results.json"'
    return response


@require_GET
@admin_required
def responses_csv(request: SignedIn, slug: str) -> HttpResponse:
    """Send one row per reading; with the truth once the study is unblinded."""
    frame = _frame(request, study := study_of(request, slug))
    rows = frame.astype(object).where(frame.notna(), None).itertuples(index=False)
    return _csv(f"{study.slug}-responses.csv", list(frame.columns), rows)


@require_GET
@admin_required
def codebook_json(request: SignedIn, slug: str) -> HttpResponse:
    """Send what each column of the readings means."""
    study = study_of(request, slug)
    columns = list(_frame(request, study).columns)
    body = codebook(columns, study=study.slug, protocol_sha256=protocol_current(study).sha256)
    return HttpResponse(
        json.dumps(body, indent=2, ensure_ascii=False),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{study.slug}-codebook.json"'},
    )


def _readings(request: SignedIn, study: Study) -> pd.DataFrame:
    """Return the readings with the truth, to owner and analyst only."""
    if study_role(study, request.user) not in UNBLINDED_ROLES:
        raise NotAllowedError("The results are for the study's owner and analysts.")
    return unblinded_frame(study)


def _frame(request: SignedIn, study: Study) -> pd.DataFrame:
    if study.state not in ENDED:
        raise ConflictError("Readings can be taken out once the study is closed.")
    may_know = study.state in UNBLINDED and study_role(study, request.user) in UNBLINDED_ROLES
    return unblinded_frame(study) if may_know else responses_frame(study)


def _report(study: Study, frame: pd.DataFrame) -> Report:
    if frame.empty:
        raise ConflictError("Nothing was read in this study, so there is no result.")
    plan = _plan(study)
    table = pd.DataFrame(
        {
            "reader": frame["reader_code"],
            "case": frame["case_code"],
            "truth": frame["truth"] == "synthetic",
            "answer": frame["answer"] == "synthetic",
            "rating": frame["signed_rating"],
            "birads": frame["birads"],
        }
    )
    return study_report(table, margin=plan["margin"], confidence=plan["confidence"])


def _plan(study: Study) -> dict[str, Any]:
    return protocol_current(study).body["analysis"]


def _csv(name: str, columns: Any, rows: Any) -> HttpResponse:
    return HttpResponse(
        "".join(csv_lines(columns, rows)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
