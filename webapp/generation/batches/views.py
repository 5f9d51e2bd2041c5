"""The pages of batches: ask, follow, sort on the contact sheet. For study admins alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from webapp.accounts.models import User
from webapp.accounts.permissions import admin_required
from webapp.core.errors import DomainError
from webapp.generation import engine
from webapp.generation.batches.distribution import rows_checked, rows_like
from webapp.generation.batches.page import (
    copies_note,
    form_shown,
    item_shown,
    lines_of,
    state_shown,
)
from webapp.generation.batches.screening import LIMITS
from webapp.generation.batches.selectors import batch_get, batch_items, batch_list, batch_record, item_get
from webapp.generation.batches.services import batch_cancel, batch_create, batch_retry, item_decide
from webapp.generation.parameters import BundleCard, label_title
from webapp.generation.selectors import NO_WORKER, drawing_worker_alive
from webapp.imaging.models import Source
from webapp.imaging.selectors import image_list

COLUMN = "row-"
FILTERS = (
    ("all", "All"),
    ("open", "To decide"),
    ("flagged", "Flagged"),
    ("accepted", "Accepted"),
    ("rejected", "Rejected"),
)


class SignedIn(HttpRequest):
    """A request that passed the guard: it has a person."""

    user: User


@require_http_methods(["GET", "POST"])
@admin_required
def index(request: SignedIn) -> HttpResponse:
    """List the batches and offer the form; on POST ask for a batch and go to its page."""
    try:
        card = engine.bundle_card()
    except engine.BundleUnavailableError as error:
        context = {"room": "generate", "message": error.message}
        return render(request, "generation/unavailable.html", context, status=503)
    if request.method == "GET":
        return _page(request, card, {"like_count": str(_originals().count() or "")})
    lines = _lines(request, card)
    try:
        rows = rows_checked(card, lines)
        batch = batch_create(
            user=request.user,
            card=card,
            title=request.POST.get("title", ""),
            rows=rows,
            seed=request.POST.get("seed", ""),
            origin=request.POST.get("origin", "")[:200],
        )
    except DomainError as error:
        return _page(request, card, request.POST, lines=lines, error=error)
    return redirect("batches:batch", token=batch.token)


@require_POST
@admin_required
def like(request: SignedIn) -> HttpResponse:
    """Fill the form with the labels of chosen originals: those selected in the library, or all of them."""
    card = engine.bundle_card()
    chosen = request.POST.getlist("image")
    originals = _originals()
    if chosen:
        originals = originals.filter(token__in=chosen)
    labels = [{name: getattr(image, name, "") for name in card.vocabulary} for image in originals]
    wanted = request.POST.get("like_count", "").strip()
    try:
        if wanted and not wanted.isdigit():
            raise DomainError(f"A count must be a whole number; got {wanted[:20]!r}.", field="like_count")
        rows, unknown = rows_like(card, labels, int(wanted) if wanted else None)
    except DomainError as error:
        return _page(request, card, request.POST, error=error)
    filled = {**request.POST.dict(), "origin": f"labels shared out as in {len(labels)} originals"}
    notes = [
        f"{count} of {len(labels)} originals have a {label_title(name)} unknown to this model: any is drawn."
        for name, count in unknown.items()
    ]
    return _page(request, card, filled, lines=lines_of(rows), notes=notes)


@require_GET
@admin_required
def batch_page(request: SignedIn, token: str) -> HttpResponse:
    """Show a batch: its progress and its contact sheet."""
    batch = batch_get(token)
    state = state_shown(batch, batch_items(batch))
    context = {
        "room": "generate",
        "batch": batch,
        "state": state,
        "copies": copies_note(batch),
        "limits": LIMITS,
        "filters": FILTERS,
        "page": {"state": state, "stateUrl": reverse("batches:state", args=[token])},
    }
    return render(request, "generation/batch.html", context)


@require_GET
@admin_required
def batch_state(request: SignedIn, token: str) -> JsonResponse:
    """Answer with where the batch and each picture stand."""
    batch = batch_get(token)
    return JsonResponse(state_shown(batch, batch_items(batch)))


@require_GET
@admin_required
def record(request: SignedIn, token: str) -> JsonResponse:
    """Answer with every decision about the batch's pictures."""
    batch = batch_get(token)
    response = JsonResponse({"batch": batch.token, "decisions": batch_record(batch)})
    response["Content-Disposition"] = f'attachment; filename="batch-{batch.token}-decisions.json"'
    return response


@require_POST
@admin_required
def cancel(request: SignedIn, token: str) -> HttpResponse:
    """Cancel what is not drawn."""
    count = batch_cancel(batch_get(token))
    messages.info(request, f"{count} picture{'' if count == 1 else 's'} will not be drawn. Those drawn stay.")
    return redirect("batches:batch", token=token)


@require_POST
@admin_required
def retry(request: SignedIn, token: str) -> HttpResponse:
    """Ask again for what failed or was cancelled."""
    count = batch_retry(batch_get(token))
    messages.info(request, f"{count} picture{' is' if count == 1 else 's are'} asked for again.")
    return redirect("batches:batch", token=token)


@require_POST
@admin_required
def decide(request: SignedIn, token: str, number: str) -> JsonResponse:
    """Record a decision about one picture and answer with how it stands."""
    item = item_get(batch_get(token), int(number) if number.isdecimal() else 0)
    item_decide(item, request.POST.get("verdict", ""), request.user)
    return JsonResponse(item_shown(item_get(item.batch, item.number)))


def _originals() -> Any:
    return image_list({"source": Source.ORIGINAL})


def _lines(request: HttpRequest, card: BundleCard) -> list[dict[str, str]]:
    columns = {name: request.POST.getlist(f"{COLUMN}{name}") for name in (*card.vocabulary, "count")}
    return [
        {name: values[i] if i < len(values) else "" for name, values in columns.items()}
        for i in range(len(columns["count"]))
    ]


def _page(
    request: SignedIn,
    card: BundleCard,
    filled: Mapping[str, Any],
    *,
    lines: list[dict[str, str]] | None = None,
    notes: list[str] | None = None,
    error: DomainError | None = None,
) -> HttpResponse:
    context = {
        "room": "generate",
        "card": card,
        "batches": batch_list(),
        "form": form_shown(card, lines or []),
        "filled": {name: filled.get(name, "") for name in ("title", "seed", "origin", "like_count")},
        "open": bool(lines or error),
        "originals": _originals().count(),
        "notes": notes or [],
        "error": error,
        "no_worker": "" if drawing_worker_alive() else NO_WORKER,
    }
    return render(request, "generation/batches.html", context, status=error.status if error else 200)
