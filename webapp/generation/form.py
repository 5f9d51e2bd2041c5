"""The form as the template draws it: exactly the bundle's labels, each with "any", and three numbers."""

from __future__ import annotations

from typing import Any

from webapp.core.errors import DomainError
from webapp.generation.models import GenerationRequest
from webapp.generation.parameters import GUIDANCE_RANGE, SEED_LIMIT, STEPS_RANGE, BundleCard, label_title, new_seed

NUMBERS = ("seed", "steps", "guidance")


def form_filled(asked: GenerationRequest | None) -> dict[str, str]:
    """Return the fields' text: as a request was asked for, or blank with a new seed."""
    if asked is None:
        return {"seed": str(new_seed())}
    labels = {name: value or "" for name, value in asked.labels.items()}
    return {**labels, "seed": str(asked.seed), "steps": str(asked.steps), "guidance": f"{asked.guidance:g}"}


def form_errors_elsewhere(card: BundleCard | None, error: DomainError | None) -> str:
    """Return the message of an error that belongs to no field of the form."""
    if error is None or (card is not None and error.field in {*card.vocabulary, *NUMBERS}):
        return ""
    return error.message


def form_shown(card: BundleCard, filled: dict[str, str], error: DomainError | None) -> dict[str, Any]:
    """Return labels with their options, numbers, and the error beside its field."""
    wrong = {error.field: error.message} if error else {}
    defaults = {"seed": "", "steps": str(card.steps), "guidance": f"{card.guidance:g}"}
    numbers = {name: filled.get(name) or defaults[name] for name in NUMBERS}
    labels = [
        {
            "name": name,
            "title": label_title(name),
            "options": [("", "any"), *[(value, value) for value in values]],
            "value": filled.get(name, ""),
            "error": wrong.get(name, ""),
        }
        for name, values in card.vocabulary.items()
    ]
    return {
        "labels": labels,
        "numbers": numbers,
        "errors": {name: wrong.get(name, "") for name in NUMBERS},
        "more": any(numbers[name] != defaults[name] or name in wrong for name in ("steps", "guidance")),
        "seed_last": SEED_LIMIT - 1,
        "steps_range": STEPS_RANGE,
        "guidance_range": GUIDANCE_RANGE,
    }
