"""What the page of one request shows and what its script needs."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from webapp.generation.models import GenerationRequest
from webapp.generation.parameters import ROLLED_SEED_LIMIT, label_title
from webapp.generation.selectors import PICTURES, request_state


def page_data(asked: GenerationRequest | None) -> dict[str, Any]:
    """Return what the page's script needs; it enters the page by `json_script`."""
    data: dict[str, Any] = {"seedLimit": ROLLED_SEED_LIMIT, "request": None}
    if asked is not None:
        token = asked.token
        data["request"] = {
            "state": request_state(asked),
            "stateUrl": reverse("generation:state", args=[token]),
            "thumbnail": reverse("imaging:thumb", args=["TOKEN"]),
            "socketPath": f"/ws/generate/{token}/",
            "pictureUrls": {name: reverse("generation:picture", args=[token, name]) for name in PICTURES},
        }
    return data


def request_facts(asked: GenerationRequest) -> list[tuple[str, str]]:
    """Return what was asked for, as names and values to read."""
    upscaled = []
    if asked.upscales:
        upscaled = [("Upscaled from", asked.source.title if asked.source else "a removed picture")]
    labels = [(label_title(name), value or "any") for name, value in asked.labels.items()]
    numbers = [("Seed", str(asked.seed)), ("Steps", str(asked.steps)), ("Guidance", f"{asked.guidance:g}")]
    return [*upscaled, *labels, *numbers]
