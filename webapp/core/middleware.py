"""Middleware: headers on every answer, and domain errors as answers."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from webapp.core.errors import DomainError
from webapp.core.http import domain_error_response

GetResponse = Callable[[HttpRequest], HttpResponse]


def security_headers(get_response: GetResponse) -> GetResponse:
    """Keep other sites away from our answers, and pages of signed-in people out of shared caches."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("X-Frame-Options", "DENY")
        if not request.path.startswith("/static/"):
            response.setdefault("Cache-Control", "no-store")
        return response

    return middleware


class DomainErrorMiddleware:
    """Turns a `DomainError` that a view let through into its page or JSON answer."""

    def __init__(self, get_response: GetResponse) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer domain errors; leave everything else to Django."""
        if isinstance(exception, DomainError):
            return domain_error_response(request, exception)
        return None


domain_errors = DomainErrorMiddleware
