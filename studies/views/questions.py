"""The questions of a draft: added from presets, worded, ordered and seen as a reader sees them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from studies.design.errors import DesignError
from studies.design.lexicon import finding_options
from studies.design.protocol import Protocol
from studies.design.protocol.body import MAIN_QUESTION, ORIGIN
from studies.design.question_edits import (
    kind_words,
    place_of,
    question_changed,
    question_moved,
    question_removed,
    questions_added,
)
from studies.design.question_set import PRESETS, Question
from studies.design.templates import paper_protocol
from studies.models.study import State
from studies.requests import SignedIn
from studies.selectors.studies import protocol_current
from studies.services.protocols import protocol_change
from studies.views.forms import study_of
from studies.views.question_forms import QuestionForm, offers
from webapp.accounts.permissions import staff_required
from webapp.core.errors import DomainError, NotFoundError

Asked = list[Question]
# The changed list, and the question to lead back to, which a blank one opens for its words.
Done = tuple[Asked, str, bool]

PARTS = {"questions": "While reading", "questionnaire": "Before the cases", "debrief": "After the cases"}


@require_http_methods(["GET", "POST"])
@staff_required
def questions(request: SignedIn, slug: str) -> HttpResponse:
    """Show a part's questions, or keep one change to them.

    Raises:
        NotFoundError: for a part that no study has.
    """
    study, part = study_of(request, slug), request.GET.get("of", "questions")
    if part not in PARTS:
        raise NotFoundError("There are no such questions.")
    if study.state != State.DRAFT:
        messages.info(request, "The study is locked. Its questions can't change any more.")
        return redirect("studies:study", slug=slug)
    body = protocol_current(study).body
    context = _shown(body, part, request.GET.get("edit", ""))
    if request.method == "POST":
        try:
            changed, key, opened = _change(request.POST, part, questions_of(body, part))
            protocol_change(study, request.user, with_questions(body, part, changed))
            return redirect(_address(slug, part, key, opened=opened))
        except (DesignError, DomainError) as error:
            context = _shown(body, part, request.POST.get("question", ""), request.POST)
            context |= {"error": {"message": error.message, "field": _near(error.field)}}
    status = 422 if "error" in context else 200
    return render(request, "studies/questions/designer.html", context | {"study": study}, status=status)


def questions_of(body: Protocol, part: str) -> Asked:
    """Return the questions of a part; none where the study does not have it."""
    return list(body["questions"] if part == "questions" else body.get("flow", {}).get(part, []))


def with_questions(body: Protocol, part: str, asked: Asked) -> Protocol:
    """Return the protocol with other questions in a part; without any, the part is left out."""
    if part == "questions":
        return body | {part: asked}
    flow = {name: content for name, content in body.get("flow", {}).items() if name != part}
    flow |= {part: asked} if asked else {}
    rest = {name: content for name, content in body.items() if name != "flow"}
    return rest | ({"flow": flow} if flow else {})


def _shown(body: Protocol, part: str, edit: str, sent: QueryDict | None = None) -> dict[str, Any]:
    """Return what the page shows; the form of a question as it was sent, where it was."""
    asked = questions_of(body, part)
    main = MAIN_QUESTION.get(body["design"]["allocation"], ORIGIN)[0] if part == "questions" else ""
    rows = [_line(one, asked, main) for one in asked]
    context: dict[str, Any] = {
        "part": part, "parts": PARTS, "asked": asked, "rows": rows, "presets": PRESETS[part], "main": main,
        "paper": part == "questions", "room": "study", "sent": {},
    }  # fmt: skip
    place = next((at for at, one in enumerate(asked) if one["key"] == edit), None)
    if place is not None:
        one, earlier = asked[place], asked[:place]
        typed = sent is not None and sent.get("do") == "save"
        form = QuestionForm.sent(sent, one["kind"]) if typed and sent else QuestionForm.of(one, earlier)
        context |= {"edit": edit, "form": form, "offers": offers(earlier), "findings": finding_options()}
    return context


def _line(one: Question, asked: Asked, main: str) -> dict[str, Any]:
    condition = one.get("when")
    line = {"question": one, "kind": kind_words(one["kind"]), "main": one["key"] == main}
    if condition is None:
        return line
    on = asked[place_of(asked, condition["question"])]
    labels = [option["label"] for option in on["options"] if option["value"] in condition["is"]]
    return line | {"after": on["label"], "answers": " or ".join(labels)}


def _change(sent: QueryDict, part: str, asked: Asked) -> Done:
    action = ACTIONS.get(sent.get("do", ""))
    if action is None:
        raise DomainError("Nothing was changed: the form said neither what nor where.")
    return action(sent, part, asked)


def _add(sent: QueryDict, part: str, asked: Asked) -> Done:
    preset = next((one for one in PRESETS[part] if one.key == sent.get("preset")), None)
    if preset is None:
        raise DomainError("Choose what to add.")
    changed = questions_added(asked, preset)
    return changed, changed[len(asked)]["key"], preset.blank


def _save(sent: QueryDict, part: str, asked: Asked) -> Done:
    key = sent.get("question", "")
    place = place_of(asked, key)
    made = QuestionForm.sent(sent, asked[place]["kind"]).question(asked[place], asked[:place])
    return question_changed(asked, key, made), made["key"], False


def _move(sent: QueryDict, part: str, asked: Asked) -> Done:
    key = sent.get("question", "")
    return question_moved(asked, key, -1 if sent["do"] == "up" else 1), key, False


def _remove(sent: QueryDict, part: str, asked: Asked) -> Done:
    return question_removed(asked, sent.get("question", "")), "", False


def _paper(sent: QueryDict, part: str, asked: Asked) -> Done:
    return (paper_protocol()["questions"] if part == "questions" else asked), "", False


ACTIONS: dict[str, Callable[[QueryDict, str, Asked], Done]] = {
    "add": _add,
    "save": _save,
    "up": _move,
    "down": _move,
    "remove": _remove,
    "paper": _paper,
}


def _address(slug: str, part: str, key: str, *, opened: bool) -> str:
    asked_for = {"of": part} | ({"edit": key} if opened else {})
    return f"{reverse('studies:study-questions', args=[slug])}?{urlencode(asked_for)}" + (
        f"#q-{key}" if key else ""
    )


def _near(field: str | None) -> str:
    """Return the field of the form for a place in the protocol, such as `questions.2.options.0.label`."""
    parts = [name for name in (field or "").split(".") if not name.isdecimal()]
    return next((name for name in parts if name in ("options", "when")), parts[-1] if parts else "")
