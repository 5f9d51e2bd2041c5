"""Analyze a table: bring it in, map its columns, get the report. No study is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pandas as pd
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from studies.reporting.document import Document
from studies.reporting.facts import StudyFacts
from studies.reporting.model import FullReport
from studies.reporting.own_table import MAPPABLE, MEANINGS, class_words, guessed_mapping, own_table, read_rows
from studies.reporting.plan import AnalysisPlan
from studies.reporting.table import NEEDED
from studies.requests import SignedIn
from studies.selectors.reports import document_kept, report_kept
from studies.services.tables import table_keep, table_text
from studies.statistics.errors import StatisticsError
from studies.views.report_page import report_context, report_file, table_csv
from webapp.accounts.permissions import admin_required
from webapp.core.errors import DomainError, NotFoundError

PREVIEW = 5


@dataclass(frozen=True)
class Analyzed:
    """A table's report with what was understood of the table."""

    report: FullReport
    page: Document
    understood: tuple[str, ...]


@require_http_methods(["GET", "POST"])
@admin_required
def bring(request: SignedIn) -> HttpResponse:
    """Show the form, or take a table in and go on to its columns."""
    error = None
    if request.method == "POST":
        try:
            token = table_keep(request.FILES.get("file"), request.user)
            read_rows(table_text(token, request.user))
            return redirect("studies:table-columns", token=token)
        except DomainError as problem:
            error = problem.message
        except StatisticsError as problem:
            error = problem.message
    context = {"error": error, "room": "study", "needed": [(name, MEANINGS[name]) for name in NEEDED]}
    return render(request, "studies/analyst/table_bring.html", context, status=400 if error else 200)


@require_GET
@admin_required
def columns(request: SignedIn, token: str) -> HttpResponse:
    """Show the first rows and which column is taken for what, to be corrected."""
    rows = read_rows(table_text(token, request.user))
    return _columns_page(request, token, rows, error=None)


@require_GET
@admin_required
def report(request: SignedIn, token: str) -> HttpResponse:
    """Show the report of the table as mapped; a bad table goes back to its columns with the reason."""
    rows = read_rows(table_text(token, request.user))
    try:
        found = _analyzed(rows, request.GET)
    except StatisticsError as error:
        return _columns_page(request, token, rows, error=error.message)
    query = urlencode(sorted(request.GET.items()))

    def numbers(block: Any) -> str:
        return reverse("studies:table-numbers", args=[token, block.key]) + "?" + query

    context = report_context(found.page, numbers=numbers) | {
        "room": "study",
        "understood": found.understood,
        "columns_address": reverse("studies:table-columns", args=[token]) + "?" + query,
        "file_address": reverse("studies:table-file", args=[token]) + "?" + query,
    }
    return render(request, "studies/analyst/table_report.html", context)


@require_GET
@admin_required
def report_alone(request: SignedIn, token: str) -> HttpResponse:
    """Send the report of the table as one file."""
    found = _refused(read_rows(table_text(token, request.user)), request.GET)
    return _file("report.html", "text/html; charset=utf-8", report_file(found.page))


@require_GET
@admin_required
def numbers(request: SignedIn, token: str, key: str) -> HttpResponse:
    """Send the numbers of one figure."""
    found = _refused(read_rows(table_text(token, request.user)), request.GET)
    block = found.page.block(key)
    if block is None or block.numbers is None:
        raise NotFoundError("The report has no such figure.")
    return _file(f"{key}.csv", "text/csv; charset=utf-8", table_csv(block.numbers))


def _refused(rows: pd.DataFrame, data: QueryDict) -> Analyzed:
    try:
        return _analyzed(rows, data)
    except StatisticsError as error:
        raise DomainError(error.message, field=error.column) from error


def _analyzed(rows: pd.DataFrame, data: QueryDict) -> Analyzed:
    mapping = {name: str(data[name]) for name in MAPPABLE if data.get(name)}
    positive = data.get("positive") or None
    found = own_table(rows, mapping, positive=positive, threshold=_number(data, "threshold"))
    words = class_words(rows, mapping["truth"], positive)
    margin = _number(data, "margin")
    plan = AnalysisPlan(
        margin=0.05 if margin is None else margin, positive=words[0], negative=words[1], levels=found.levels
    )
    made = report_kept(found.table, plan)
    title = data.get("title", "").strip()[:120] or "A table of readings"
    return Analyzed(made, document_kept(made, StudyFacts(title, origin="table"), None), found.understood)


def _number(data: QueryDict, name: str) -> float | None:
    text = data.get(name, "").strip().replace(",", ".")
    if not text:
        return None
    try:
        return float(text)
    except ValueError as error:
        raise StatisticsError(f"{name}: got {text!r}, expected a number", column=name) from error


def _columns_page(request: SignedIn, token: str, rows: pd.DataFrame, *, error: str | None) -> HttpResponse:
    names = [str(name) for name in rows.columns]
    chosen = dict(request.GET.items()) if request.GET else guessed_mapping(names)
    context = {
        "room": "study",
        "token": token,
        "error": error,
        "names": names,
        "count": len(rows),
        "preview": rows.head(PREVIEW).fillna("").to_numpy().tolist(),
        "fields": [
            {"name": name, "meaning": MEANINGS[name], "needed": name in NEEDED, "chosen": chosen.get(name, "")}
            for name in MAPPABLE
        ],
        "chosen": {name: chosen.get(name, "") for name in ("title", "positive", "threshold", "margin")},
    }
    return render(request, "studies/analyst/table_columns.html", context, status=400 if error else 200)


def _file(name: str, kind: str, body: str) -> HttpResponse:
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
