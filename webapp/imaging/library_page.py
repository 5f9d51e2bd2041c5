"""What the library's page shows: the filters with their choices, and a picture in one line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from webapp.imaging.models import HIDDEN, Image, Source

CHOICES: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "source": ("Source", tuple((value, label) for value, label in Source.choices if value not in HIDDEN)),
    "view": ("View", (("CC", "CC"), ("MLO", "MLO"))),
    "laterality": ("Side", (("L", "L"), ("R", "R"))),
    "density": ("Density", tuple((letter, letter) for letter in "ABCD")),
    "birads": ("BI-RADS", tuple((digit, digit) for digit in "0123456")),
}


def filters_of(query: Mapping[str, str]) -> dict[str, str]:
    """Return the filters of a query string; values that are no choice are left out."""
    chosen = {"title": query.get("title", "").strip()[:100]}
    for name, (_, choices) in CHOICES.items():
        value = query.get(name, "")
        chosen[name] = value if value in dict(choices) else ""
    return chosen


def filter_groups(chosen: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the filter groups for the template: name, label and choices with the chosen one marked."""
    return [
        {
            "name": name,
            "label": label,
            "choices": [
                {"value": value, "label": text, "checked": chosen[name] == value}
                for value, text in (("", "Any"), *choices)
            ],
        }
        for name, (label, choices) in CHOICES.items()
    ]


def image_line(image: Image) -> dict[str, str]:
    """Return a picture as the upload list shows it."""
    position = f"{image.laterality} {image.view}".strip()
    size = f"{image.rows} × {image.columns}, {image.bits} bits"
    return {
        "token": image.token,
        "title": image.title,
        "url": reverse("imaging:image", args=[image.token]),
        "thumb": reverse("imaging:thumb", args=[image.token]),
        "facts": f"{size}, {position}" if position else size,
    }
