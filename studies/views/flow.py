"""The pages around the cases: one step on each, in the mood of the reading room. Can't reach the truth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from studies.models.participant import Participant
from studies.models.reading import Step
from studies.models.study import State
from studies.requests import SignedIn
from studies.selectors.flow import PARTS, TITLES, debrief_owed, display_note, flow_of, step_owed, step_place
from studies.selectors.trials import participant_get, protocol_of, trial_present
from studies.services.flow import answers_keep, consent_give, display_keep, participant_withdraw, quiz_pass
from webapp.core.errors import DomainError, NotFoundError

Keep = Callable[[SignedIn, Participant], object]


@login_required
@require_http_methods(["GET", "POST"])
def step(request: SignedIn, participant: str, kind: str) -> HttpResponse:
    """Show a step, or keep what was sent and go on to what comes next.

    Raises:
        NotFoundError: for a foreign reading, or a step that this study does not have.
    """
    person = participant_get(participant, request.user)
    if kind not in PARTS or PARTS[Step(kind)] not in flow_of(person):
        raise NotFoundError("This study has no such step.")
    this = Step(kind)
    owed = step_now(request, person)
    if person.withdrawn_at is not None or (person.study.state != State.OPEN and owed is not Step.DEBRIEF):
        return redirect("studies:reading", participant=person.token)  # which says why nothing is asked
    if owed is not this and not (this is Step.DISPLAY and request.method == "GET"):
        return redirect(onward(request, person))
    error: DomainError | None = None
    if request.method == "POST":
        try:
            KEEP[this](request, person)
            return redirect(onward(request, person))
        except DomainError as wrong:
            error = wrong
    context = _context(request, person, this) | {"error": error, "sent": _sent(request.POST)}
    return render(request, f"studies/reader/{this.value}.html", context, status=error.status if error else 200)


@login_required
@require_POST
def withdraw(request: SignedIn, participant: str) -> HttpResponse:
    """End this reader's part in the study, when the box that says so is ticked."""
    person = participant_get(participant, request.user)
    if request.POST.get("sure") == "on":
        participant_withdraw(person, request.user)
        messages.info(request, f"You have left {person.study.title}. What you answered is kept.")
    else:
        messages.info(request, "Tick the box to leave the study. Nothing has changed.")
    return redirect("studies:reader-home")


def step_now(request: SignedIn, person: Participant) -> Step | None:
    """Return the step that this reader owes now on this device, the debrief after the last case included."""
    owed = step_owed(person, display_note(request.session))
    present = trial_present(person)
    if owed is None and present.count and present.trial is None and debrief_owed(person):
        return Step.DEBRIEF
    return owed


def onward(request: SignedIn, person: Participant) -> str:
    """Return the address at which this reader goes on."""
    owed = step_now(request, person)
    if owed is not None:
        return reverse("studies:step", args=[person.token, owed.value])
    return reverse("studies:reading", args=[person.token])


def _context(request: SignedIn, person: Participant, this: Step) -> dict[str, Any]:
    body = protocol_of(person).body
    place, count = step_place(person, this)
    note = display_note(request.session)
    return {
        "person": person,
        "study_title": person.study.title,
        "title": TITLES[this],
        "place": place,
        "count": count,
        "part": body["flow"][PARTS[this]],
        "told": [body["instructions"], body["stated_prevalence"]],
        "note": note if note.check else None,
        "here": request.path,
        "home": reverse("studies:reader-home"),
    }


def _sent(data: QueryDict) -> dict[str, Any]:
    """Return what was sent, so that a refused page comes back as it was: lists, since boxes may be several."""
    return {key: data.getlist(key) for key in data}


def form_answers(questions: list[dict[str, Any]], data: QueryDict) -> dict[str, Any]:
    """Return the answers of a sent form, typed as the questions ask; what was left empty is left out."""
    answers: dict[str, Any] = {}
    for question in questions:
        given = [text.strip() for text in data.getlist(question["key"]) if text.strip()]
        if given:
            answers[question["key"]] = _typed(question, given)
    return answers


def _typed(question: dict[str, Any], given: list[str]) -> Any:
    if question["kind"] == "text":
        return given[0]
    if question["kind"] == "number":
        try:
            number = float(given[0])
        except ValueError:
            return given[0]  # the check names it
        return int(number) if number.is_integer() else number
    values = {str(option["value"]): option["value"] for option in question["options"]}
    chosen = [values.get(text, text) for text in given]
    return chosen if question["kind"] == "multiple" else chosen[0]


def _consent(request: SignedIn, person: Participant) -> object:
    return consent_give(person, request.user, agreed=len(set(request.POST.getlist("statement"))))


def _display(request: SignedIn, person: Participant) -> object:
    return display_keep(person, request.user, display_note(request.session))


def _questionnaire(request: SignedIn, person: Participant) -> object:
    answers = form_answers(flow_of(person)["questionnaire"], request.POST)
    return answers_keep(person, request.user, Step.QUESTIONNAIRE, answers)


def _quiz(request: SignedIn, person: Participant) -> object:
    key = f"quiz_tries_{person.token}"
    request.session[key] = tries = request.session.get(key, 0) + 1
    chosen = [request.POST.get(str(place), "") for place in range(len(flow_of(person)["quiz"]))]
    said = [int(text) if text.isdecimal() else None for text in chosen]
    return quiz_pass(person, request.user, said=said, tries=tries)


def _debrief(request: SignedIn, person: Participant) -> object:
    answers = form_answers(flow_of(person)["debrief"], request.POST)
    return answers_keep(person, request.user, Step.DEBRIEF, answers)


KEEP: dict[Step, Keep] = {
    Step.CONSENT: _consent,
    Step.DISPLAY: _display,
    Step.QUESTIONNAIRE: _questionnaire,
    Step.INSTRUCTIONS: _quiz,
    Step.DEBRIEF: _debrief,
}
