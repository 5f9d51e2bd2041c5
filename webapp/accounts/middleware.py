"""Before every page: the session's end, a second factor that is owed, and `Authorization: Bearer mambo_…`.

A script acts as its person, in the staff's addresses only.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from webapp.accounts.access import access_token_find
from webapp.accounts.second_factor import enrolment_due
from webapp.accounts.sessions import SessionStore

GetResponse = Callable[[HttpRequest], HttpResponse]
# Never /read/, /api/r/ or /accounts/: nobody reads cases, signs in or makes further tokens with a token.
OPEN_TO_TOKENS = ("/api/studies/", "/api/openapi.json", "/studies/", "/library/", "/api/generation/", "/generate/")
METRICS = "/metrics"  # takes the token of the settings, which is nobody's
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Pages ask these by themselves while nobody sits before them, which is no use of a session.
ASKED_BY_PAGES = ("/progress/", "/state/")
# All that a session may open that owes a second factor; not the tokens, which need no second factor.
OPEN_WITHOUT_FACTOR = ("/accounts/second-factor/", "/accounts/sign-out/", "/static/", "/.well-known/")


def session_end(get_response: GetResponse) -> GetResponse:
    """Move the end of a session on that is in use."""

    def middleware(request: HttpRequest) -> HttpResponse:
        session = request.session
        known = settings.SESSION_COOKIE_NAME in request.COOKIES
        if known and isinstance(session, SessionStore) and not request.path.endswith(ASKED_BY_PAGES):
            session.move_end()
        return get_response(request)

    return middleware


def owed_second_factor(get_response: GetResponse) -> GetResponse:
    """Lead a session that owes a second factor to its page, and nowhere else but out."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not enrolment_due(request) or request.path.startswith(OPEN_WITHOUT_FACTOR):
            return get_response(request)
        if request.path.startswith("/api/"):
            return _refusal(403, "second_factor", "Set up the second factor of this account first.")
        return redirect("accounts:second-factor")

    return middleware


def bearer(get_response: GetResponse) -> GetResponse:
    """Put the token's person into the request; refuse a token that does not hold or reaches too far."""

    def middleware(request: HttpRequest) -> HttpResponse:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or request.path == METRICS:
            return get_response(request)
        token = access_token_find(secret.strip())
        if token is None:
            return _refusal(401, "token", "This access token does not hold.")
        if not request.path.startswith(OPEN_TO_TOKENS):
            return _refusal(403, "not_allowed", "Access tokens don't open this address.")
        if request.method not in SAFE and not token.may_write:
            return _refusal(403, "not_allowed", "This access token may read only.")
        request.user = token.user
        # No cookie stands behind this request, so no other site can have made the browser send it.
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


def _refusal(status: int, code: str, message: str) -> HttpResponse:
    return JsonResponse({"error": {"code": code, "message": message, "field": None}}, status=status)
