"""Asks for the same breast with the other values of one label: same seed, same settings."""

from __future__ import annotations

from webapp.core.errors import ConflictError
from webapp.generation.models import GenerationRequest
from webapp.generation.parameters import BundleCard
from webapp.generation.services.requests import request_create

VARIED = "birads"


def variants_create(request: GenerationRequest, card: BundleCard, address: str = "") -> list[GenerationRequest]:
    """Store, or find, one request for each value of the label but the one that `request` has.

    The caller enqueues on commit those that are queued.

    Raises:
        ConflictError: the installed bundle is another one or doesn't know the label, or this person has too
            many pictures waiting; those stored until then stay.
        QuotaError: when a share is used up, or (BusyError) the queue is too long; likewise.
    """
    if card.digest != request.bundle_digest:
        raise ConflictError(
            "The model was replaced after this picture was drawn, so its breast can't be drawn again."
        )
    if VARIED not in card.vocabulary:
        raise ConflictError(f"The model {card.name} knows no BI-RADS.")
    kept = {name: value for name, value in request.labels.items() if value and name != VARIED}
    settings = {"seed": str(request.seed), "steps": str(request.steps), "guidance": f"{request.guidance:g}"}
    others = [value for value in card.vocabulary[VARIED] if value != request.labels.get(VARIED)]
    return [
        request_create(
            user=request.user,
            card=card,
            raw={**kept, **settings, VARIED: value},
            source=request.source,
            address=address,
        )
        for value in others
    ]
