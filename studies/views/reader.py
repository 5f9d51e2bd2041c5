"""The reader's pages. This module can't reach the truth."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from studies.models.participant import Participant
from studies.models.study import State
from studies.requests import SignedIn
from studies.selectors.flow import debrief_owed
from studies.selectors.receipts import receipt_of
from studies.selectors.trials import (
    not_open_words,
    participant_get,
    participant_list,
    participant_waits_until,
    protocol_of,
    trial_present,
)
from studies.views.flow import onward, step_now

NIL = uuid.UUID(int=0)


@login_required
@require_GET
def home(request: SignedIn) -> HttpResponse:
    """Show the reader's studies with how far each is."""
    rows = [_row(person, count) for person, count in participant_list(request.user)]
    return render(request, "studies/reader/home.html", {"studies": rows, "room": "read"})


@login_required
@require_GET
def reading(request: SignedIn, participant: str) -> HttpResponse:
    """Show the reading room; its script asks for the present case itself."""
    person = participant_get(participant, request.user)
    if person.withdrawn_at is not None:
        messages.info(request, "You have left this study. Nothing more is asked of you.")
        return redirect("studies:reader-home")
    if person.study.state != State.OPEN and not (person.done and trial_present(person).trial is None):
        messages.info(request, f"{not_open_words(person.study)} Your answers are kept.")
        return redirect("studies:reader-home")
    if step_now(request, person) is not None:
        return redirect(onward(request, person))
    if person.done and trial_present(person).trial is None:
        return redirect("studies:reading-done", participant=person.token)
    told = protocol_of(person).body
    context = {
        "room": _room(person),
        "title": person.study.title,
        "instructions": f"{told['instructions']} {told['stated_prevalence']}",
        "home": reverse("studies:reader-home"),
    }
    return render(request, "studies/reader/room.html", context)


@login_required
@require_GET
def done(request: SignedIn, participant: str) -> HttpResponse:
    """Thank the reader who has answered every case."""
    person = participant_get(participant, request.user)
    present = trial_present(person)
    if present.trial is not None or step_now(request, person) is not None:
        return redirect("studies:reading", participant=person.token)
    context = {
        "title": person.study.title,
        "reader_code": person.reader_code,
        "count": present.count,
        "home": reverse("studies:reader-home"),
        "receipt": reverse("studies:receipt", args=[person.token]),
        "room": "read",
    }
    return render(request, "studies/reader/done.html", context)


@login_required
@require_GET
def receipt(request: SignedIn, participant: str) -> HttpResponse:
    """Save the hashes of all that the reader answered, as a file."""
    person = participant_get(participant, request.user)
    name = f"receipt-{person.reader_code}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return JsonResponse(receipt_of(person), json_dumps_params={"indent": 2}, headers=headers)


def _room(person: Participant) -> dict[str, Any]:
    # The browser makes the identifier itself, so it needs the address up to there.
    responses = reverse("studies:response", args=[NIL]).removesuffix(f"{NIL}/")
    return {
        "participant": person.token,
        "api": {
            "next": reverse("studies:next", args=[person.token]),
            "response": responses,
            "sittings": reverse("studies:sittings", args=[person.token]),
            "trials": reverse("studies:lesson", args=["x"]).removesuffix("x/lesson/"),
        },
        "title": person.study.title,
        "readerCode": person.reader_code,
        "done": reverse("studies:reading-done", args=[person.token]),
        "home": reverse("studies:reader-home"),
        "pair": protocol_of(person).body["design"]["allocation"] == "pairs",
        "signIn": reverse("accounts:sign-in"),
    }


def _row(person: Participant, count: int) -> dict[str, Any]:
    finished = count > 0 and person.done >= count
    left = person.withdrawn_at is not None
    words = {State.OPEN: "reading" if person.done else "waiting", State.PAUSED: "paused"}
    state = "left" if left else "done" if finished else words.get(State(person.study.state), "closed")
    if state == "done" and debrief_owed(person):
        state = "debrief"
    opens = participant_waits_until(person) if state == "reading" else None
    return {
        "title": person.study.title,
        "reader_code": person.reader_code,
        "done": person.done,
        "count": count,
        "state": "later" if opens else state,
        "opens": opens,
        "url": reverse("studies:reading", args=[person.token]),
        # Who has answered everything has nothing left to leave.
        "leave": "" if left or state == "done" else reverse("studies:withdraw", args=[person.token]),
    }
