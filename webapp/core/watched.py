"""Middleware, outermost: numbers a request, times it, counts it, and writes one line about it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from webapp.core.figures import figures
from webapp.core.request_id import HEADER, Trace, trace, traced

logger = logging.getLogger("webapp.request")

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
STATIC, UNKNOWN = "static", "none"  # what has no name of its own
GetResponse = Callable[[HttpRequest], HttpResponse]


def watched(get_response: GetResponse) -> GetResponse:
    """Watch each request; under another server than ours it is numbered here."""

    def middleware(request: HttpRequest) -> HttpResponse:
        under_way = trace()
        if under_way is not None:
            return _watch(request, under_way)
        with traced(request.headers.get(HEADER, "")) as begun:
            return _watch(request, begun)

    def _watch(request: HttpRequest, under_way: Trace) -> HttpResponse:
        under_way.request = request
        response = get_response(request)
        response[HEADER] = under_way.number
        _note(request, response, under_way, time.perf_counter() - under_way.began)
        return response

    return middleware


def view_of(request: HttpRequest) -> str:
    """Return the name of the address that was asked for: never the address, which may hold a key."""
    match = request.resolver_match
    if match is not None:
        return match.view_name or UNKNOWN
    return STATIC if request.path.startswith(str(settings.STATIC_URL)) else UNKNOWN


def _note(request: HttpRequest, response: HttpResponse, under_way: Trace, took: float) -> None:
    view, method = view_of(request), request.method if request.method in METHODS else "other"
    figures.count("mambo_web_requests_total", (method or "other", view, f"{response.status_code // 100}xx"))
    figures.observe("mambo_web_request_seconds", (view,), took)
    if view != STATIC:
        facts = {"method": method, "view": view, "status": response.status_code, "ms": round(took * 1000)}
        words = (method, view, response.status_code, facts["ms"])
        logger.info("%s %s: %d in %d ms", *words, extra={"facts": facts})
