"""The leak check's page: what each channel shows, and the button that runs it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from studies.errors import LeakError
from studies.models.study import State, Study
from studies.requests import SignedIn
from studies.selectors.leaks import leak_latest
from studies.services.leaks import leak_check, leaking
from studies.tasks import leaks_enqueue
from studies.views.forms import study_of
from webapp.accounts.models import User
from webapp.accounts.permissions import staff_required

AT_ONCE = 24  # cases: as many are checked while one waits, more are left to a worker
LEFT, WIDTH = 8, 224  # px of the AUC scale, 0 to 1


@require_GET
@staff_required
def leaks(request: SignedIn, slug: str) -> HttpResponse:
    """Show the newest report of the present cases."""
    study = study_of(request, slug)
    report = leak_latest(study)
    context: dict[str, Any] = {"study": study, "report": report, "room": "study"}
    if report is not None:
        context |= {
            "body": report.body,
            "rows": [_row(one) for one in report.body["findings"]],
            "leaking": leaking(report),
            "limit_x": _x(report.body["auc_most"]),
            "chance_x": _x(0.5),
        }
    return render(request, "studies/coordinator/leaks.html", context)


@require_POST
@staff_required
def leaks_run(request: SignedIn, slug: str) -> HttpResponse:
    """Run the check, or have it run."""
    study = study_of(request, slug)
    if study.cases.count() > AT_ONCE:
        leaks_enqueue(study.pk, request.user.pk)
        messages.info(request, "The check is running. Come back in a few minutes.")
    else:
        leak_check(study, request.user)
        messages.success(request, "Checked.")
    return redirect("studies:leaks", slug=slug)


def leaks_ensure(study: Study, user: User) -> None:
    """Have a report of the present cases before a locked study opens.

    Raises:
        LeakError: when there is none yet and the study is too large to check while one waits.
    """
    if study.state != State.LOCKED or leak_latest(study) is not None:
        return
    if study.cases.count() > AT_ONCE:
        leaks_enqueue(study.pk, user.pk)
        raise LeakError("The leak check is running. Open the study when it is done; this takes a few minutes.")
    leak_check(study, user)


def _row(finding: dict[str, Any]) -> dict[str, Any]:
    return finding | {"x": None if finding["auc"] is None else _x(finding["auc"])}


def _x(auc: float) -> float:
    return round(LEFT + auc * WIDTH, 1)
