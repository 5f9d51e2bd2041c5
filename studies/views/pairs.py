"""Results of a study of pairs."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from studies.models.study import Study
from studies.requests import SignedIn
from studies.selectors.pairs import PairReport, pair_report
from studies.selectors.studies import protocol_current
from studies.services.analyses import pairs_record
from studies.statistics.forced_choice import METHOD
from studies.views.report_page import own_styles
from webapp.core.errors import ConflictError

HEADLINES = {
    "distinguishable": "Readers can tell which one is synthetic",
    "equivalent": "Readers can't tell which one is synthetic, within the margin",
    "inconclusive": "Neither is shown: that readers can tell, or that they can't",
}
NO_VERDICT = "Too few readers for a finding beyond themselves"


def pairs_results(request: SignedIn, study: Study) -> HttpResponse:
    """Show what was found in words, then each reader; the caller has checked who asks."""
    found = pair_report(study)
    if found is None:
        context = {"study": study, "room": "study", "document": None}
        return render(request, "studies/analyst/results.html", context)
    pairs_record(study, request.user, found)
    return render(request, "studies/analyst/results_pairs.html", _context(study, found))


def pairs_file(request: SignedIn, study: Study) -> str:
    """Return the same as one HTML file that needs nothing else.

    Raises:
        ConflictError: when no pair was answered.
    """
    return pairs_page(study, _recorded(request, study))


def pairs_page(study: Study, found: PairReport) -> str:
    """Return a report as one HTML file."""
    context = _context(study, found) | {"styles": own_styles()}
    return render_to_string("studies/analyst/pairs_file.html", context)


def _context(study: Study, found: PairReport) -> dict[str, Any]:
    verdict = found.result.verdict
    return {
        "study": study,
        "room": "study",
        "found": found.result,
        "rows": [*found.result.readers, found.result.pooled],
        "headline": HEADLINES[verdict.verdict] if verdict else NO_VERDICT,
        "level": f"{found.confidence * 100:g} %",
        "margin": found.margin,
        "method": METHOD[0].upper() + METHOD[1:],
        # A t interval of few readers and pairs may reach beyond what a proportion can be.
        "lower": max(verdict.interval.lower, 0.0) if verdict else None,
        "upper": min(verdict.interval.upper, 1.0) if verdict else None,
        "keys": found.keys,
        "protocol": protocol_current(study),
    }


def _recorded(request: SignedIn, study: Study) -> PairReport:
    found = pair_report(study)
    if found is None:
        raise ConflictError("Nothing was read in this study, so there is no result.")
    pairs_record(study, request.user, found)
    return found


def pairs_numbers(request: SignedIn, study: Study) -> dict[str, Any]:
    """Return every number with the names of the methods.

    Raises:
        ConflictError: when no pair was answered.
    """
    found = _recorded(request, study)
    protocol = protocol_current(study)
    stated = {"study": study.slug, "protocol_sha256": protocol.sha256, "analysis": protocol.body["analysis"]}
    return stated | {"run": found.keys} | found.result.to_dict()
