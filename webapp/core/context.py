"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Return `demo`: whether this is the demo, whose accounts are printed on the sign-in page."""
    return {"demo": settings.DEMO}
