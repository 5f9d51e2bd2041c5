"""Errors as answers: one page and one JSON shape, with no internals in either."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import exception_handler

from webapp.core.errors import DomainError
from webapp.core.figures import figures
from webapp.core.watched import view_of

API_PAGE = "/api/docs/"  # for people, though it stands among the programs' addresses
PAGES = {
    400: ("This request could not be read", "Go back and try again."),
    403: (
        "This page is not open to you",
        "Sign in with another account, or ask the person who runs the study.",
    ),
    404: ("There is nothing here", "The address may be mistyped, or the page may belong to somebody else."),
    429: ("That was more than your share", "Wait a while, then go on."),
    503: ("The site is busy", "Wait a while, then try again."),
    500: ("Something failed on our side", "Nothing you entered was lost before this. Try again in a moment."),
}


def error_body(error: DomainError) -> dict[str, Any]:
    """Return the JSON shape of a domain error: `{"error": {"code", "message", "field"}}`."""
    return {"error": {"code": error.code, "message": error.message, "field": error.field}}


def wants_json(request: HttpRequest) -> bool:
    """Tell whether the caller is a script of ours (or any API client) rather than a person's page load."""
    program = request.path.startswith("/api/") and request.path != API_PAGE
    return program or "application/json" in request.headers.get("Accept", "")


def domain_error_response(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Return the answer for a domain error as JSON or as a page, with its status."""
    figures.count("mambo_refusals_total", (view_of(request), error.code))
    if wants_json(request):
        return JsonResponse(error_body(error), status=error.status, headers=_headers(error))
    title, _ = PAGES.get(error.status, PAGES[400])
    context = {"title": title, "message": error.message}
    response = render(request, "error.html", context, status=error.status)
    for name, value in _headers(error).items():
        response[name] = value
    return response


def _headers(error: DomainError) -> dict[str, str]:
    seconds = getattr(error, "retry_after_s", 0)
    return {"Retry-After": str(seconds)} if seconds else {}


def api_exception_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return domain errors and the API framework's own in one shape (`EXCEPTION_HANDLER`)."""
    if isinstance(error, DomainError):
        figures.count("mambo_refusals_total", (view_of(context["request"]), error.code))
        return Response(error_body(error), status=error.status, headers=_headers(error))
    response = exception_handler(error, context)
    if response is not None and isinstance(error, APIException):
        response.data = {"error": {"code": error.default_code, "message": str(error.detail), "field": None}}
    return response


def _page(request: HttpRequest, status: int) -> HttpResponse:
    title, message = PAGES[status]
    if wants_json(request):
        return JsonResponse({"error": {"code": str(status), "message": title, "field": None}}, status=status)
    return render(request, "error.html", {"title": title, "message": message}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Handle 400."""
    return _page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Handle 403."""
    return _page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form without the site's own token (`CSRF_FAILURE_VIEW`); the reason is for the log alone."""
    return _page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Handle 404."""
    return _page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Handle 500."""
    return _page(request, 500)
