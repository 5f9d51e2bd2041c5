"""How many readers and cases a study needs: the page, and the simulation that checks it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET

from studies.design.simulated_reader import SIZES, TABLE_2
from studies.requests import SignedIn
from studies.statistics.counts import Confusion
from studies.statistics.errors import StatisticsError
from studies.statistics.power import SizeQuestion, spread_of_readers
from studies.statistics.power.question import (
    CASES_ALIKE,
    LIKE_READERS,
    MODALITY,
    MOST_CASES,
    MOST_READERS,
    UNLIKE_READERS,
    WANTED,
)
from webapp.accounts.permissions import staff_required
from webapp.core.errors import DomainError

READERS = (3, 4, 5, 6, 8, 10, 12, 16, 20, 30)
CASES = (50, 100, 150, 200, 300, 400, 600, 1000)
CHUNK_RUNS, LARGE_CHUNK_RUNS = 50, 10
# Readers x originals x synthetics: a chunk of a larger study than the first has fewer runs; none is larger
# than the second, which takes some seconds a chunk.
LARGE, LARGEST = 500_000, 10_000_000
CHUNKS = 8

AIMS = (
    ("can", "Readers can tell", "that the AUC is not 0.5"),
    ("cannot", "Readers can't tell", "that the AUC lies within a margin of 0.5"),
)
SPREADS = (
    ("table2", "As in the paper's Table 2"),
    ("unlike", "Much"),
    ("like", "Little"),
)
ALIKE = (("much", "Mostly the same ones"), ("little", "Mostly each their own"))
DEFAULTS = {
    "aim": "can", "auc": "0.60", "margin": "0.10", "readers": "8", "cases": "200", "share": "50",
    "spread": "unlike", "alike": "much",
}  # fmt: skip
# What a field is called, and its least and greatest value.
RANGES = {
    "auc": ("AUC", 0.01, 0.99),
    "margin": ("Margin", 0.01, 0.4),
    "readers": ("Readers", 2, MOST_READERS),
    "cases": ("Cases", 10, MOST_CASES),
    "share": ("Synthetic", 5, 95),
    "chunk": ("Chunk", 0, CHUNKS - 1),
}


@dataclass(frozen=True)
class Planned:
    """What the form asks: the question, and the size that one has in mind."""

    question: SizeQuestion
    readers: int
    cases: int


@require_GET
@staff_required
def power(request: SignedIn) -> HttpResponse:
    """Show the power of a study of one size, and of other sizes around it."""
    fields = {name: request.GET.get(name, text).strip()[:40] for name, text in DEFAULTS.items()}
    context: dict[str, Any] = {
        "fields": fields, "aims": AIMS, "spreads": SPREADS, "alike": ALIKE, "room": "study", "chunks": CHUNKS,
    }  # fmt: skip
    try:
        context |= _answer(planned(fields))
    except StatisticsError as error:
        context["error"] = error
    return render(request, "studies/coordinator/power.html", context, status=422 if "error" in context else 200)


@require_GET
@staff_required
def power_simulate(request: SignedIn) -> JsonResponse:
    """Return one chunk of simulated studies: how many there were, and how many reached their end.

    Raises:
        DomainError: for a field that is out of range, or a study too large to be simulated here.
    """
    try:
        asked = planned(request.GET)
        chunk = _whole(request.GET, "chunk")
        runs = _chunk_runs(asked)
        found = asked.question.simulated(asked.readers, asked.cases, runs=runs, seed=chunk)
    except StatisticsError as error:
        raise DomainError(error.message, field=error.column) from error
    return JsonResponse({"reached": round(found.power * runs), "runs": runs, "seed": chunk})


def planned(data: QueryDict | dict[str, str]) -> Planned:
    """Return what a form asks.

    Raises:
        StatisticsError: naming the field that can't be read or is out of range.
    """
    auc, share = _number(data, "auc"), _number(data, "share")
    margin = _number(data, "margin") if _choice(data, "aim", AIMS) == "cannot" else None
    if margin is None and auc == 0.5:
        raise StatisticsError("AUC: got 0.5, expected another value: readers at chance can't tell", column="auc")
    reader = {"like": LIKE_READERS, "unlike": UNLIKE_READERS, "table2": paper_spread()}
    question = SizeQuestion(
        auc=auc,
        reader=reader[_choice(data, "spread", SPREADS)],
        alike=CASES_ALIKE[_choice(data, "alike", ALIKE)],
        synthetic=share / 100,
        margin=margin,
    )
    return Planned(question, _whole(data, "readers"), _whole(data, "cases"))


def paper_spread() -> float:
    """Return the variance between the paper's six readers, from their counts."""
    synthetic, original = SIZES
    return spread_of_readers([Confusion(tp, fp, synthetic - tp, original - fp) for tp, fp in TABLE_2])


def _answer(asked: Planned) -> dict[str, Any]:
    question, readers, cases = asked.question, asked.readers, asked.cases
    rows, columns = sorted({*READERS, readers}), sorted({*CASES, cases})
    grid = question.grid(rows, columns)
    model = question.model()
    originals, synthetics = question.classes(cases)
    return {
        "asked": asked,
        "percent": int(question.power(readers, cases) * 100),  # rounded down: 79.6 is not yet 80
        "originals": originals,
        "synthetics": synthetics,
        "wanted": WANTED,
        "reader_variance": model.modality.reader,
        "mean": model.means[MODALITY],
        "columns": columns,
        "rows": [_row(asked, number, columns, line) for number, line in zip(rows, grid, strict=True)],
        "simulable": readers * originals * synthetics <= LARGEST,
    }


def _row(asked: Planned, readers: int, columns: list[int], line: list[float]) -> dict[str, Any]:
    cells = [
        {
            "percent": int(value * 100),
            "shade": min(int(value * 10), 9),
            "enough": value >= WANTED,
            "chosen": readers == asked.readers and count == asked.cases,
        }
        for count, value in zip(columns, line, strict=True)
    ]
    return {"readers": readers, "cells": cells, "needed": asked.question.cases_for(readers)}


def _chunk_runs(asked: Planned) -> int:
    originals, synthetics = asked.question.classes(asked.cases)
    size = asked.readers * originals * synthetics
    if size > LARGEST:
        raise StatisticsError("cases: this study is too large to be simulated here", column="cases")
    return CHUNK_RUNS if size <= LARGE else LARGE_CHUNK_RUNS


def _choice(data: QueryDict | dict[str, str], name: str, allowed: tuple[tuple[str, ...], ...]) -> str:
    value, known = str(data.get(name, DEFAULTS[name])), [one[0] for one in allowed]
    if value not in known:
        raise StatisticsError(f"{name}: got {value[:20]!r}, expected one of {', '.join(known)}", column=name)
    return value


def _number(data: QueryDict | dict[str, str], name: str) -> float:
    (label, low, high), text = RANGES[name], str(data.get(name, DEFAULTS.get(name, ""))).strip().replace(",", ".")
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise StatisticsError(f"{label}: got {text[:20]!r}, expected {low:g} to {high:g}", column=name)
    return value


def _whole(data: QueryDict | dict[str, str], name: str) -> int:
    value = _number(data, name)
    if value % 1:
        raise StatisticsError(f"{RANGES[name][0]}: got {value:g}, expected a whole number", column=name)
    return int(value)
