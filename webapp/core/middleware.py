"""Middleware: headers on every answer, and domain errors as answers."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import DataError
from django.http import HttpRequest, HttpResponse

from webapp.core.errors import DomainError
from webapp.core.http import domain_error_response

# What no page of ours asks a browser for, so that nothing that slips in can. Full screen is the viewer's.
UNUSED = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "microphone",
    "midi",
    "payment",
    "usb",
)
PERMISSIONS = ", ".join(f"{name}=()" for name in UNUSED)

# Characters and numbers that no column takes, such as U+0000 or half a surrogate pair: the sender's, not ours.
UNSTORABLE = (DataError, UnicodeEncodeError)
NOTED = frozenset({401, 403, 429})
logger = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]


def security_headers(get_response: GetResponse) -> GetResponse:
    """Keep other sites away from our answers, and pages of signed-in people out of shared caches."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("X-Frame-Options", "DENY")
        response.setdefault("Permissions-Policy", PERMISSIONS)
        if not request.path.startswith("/static/"):
            response.setdefault("Cache-Control", "no-store")
        return response

    return middleware


class DomainErrorMiddleware:
    """Turns a `DomainError` that a view let through into its page or JSON answer, and unstorable text into one."""

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer domain errors; leave everything else to Django."""
        if isinstance(exception, DomainError):
            _note(request, exception)
            return domain_error_response(request, exception)
        if isinstance(exception, UNSTORABLE):
            logger.warning("a request held what can't be stored", exc_info=exception)
            return domain_error_response(
                request, DomainError("It holds characters or numbers that can't be kept.")
            )
        return None


def _note(request: HttpRequest, error: DomainError) -> None:
    """Write a refusal to the log: by the address's name, since the address itself may hold a link's token."""
    if error.status in NOTED:
        match = request.resolver_match
        person = getattr(request, "user", None)
        name = match.view_name if match else "?"
        logger.warning(
            "refused: %s %s, account %s, %s", request.method, name, getattr(person, "pk", None), error.code
        )


domain_errors = DomainErrorMiddleware
