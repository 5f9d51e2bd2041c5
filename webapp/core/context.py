"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from webapp.core.request_id import number


def site(request: HttpRequest) -> dict[str, Any]:
    """Return `demo`, whether this is the demo with its printed accounts, and the number of the request."""
    return {"demo": settings.DEMO, "request_number": number()}
