"""Binds tile addresses to one browser.

The cookie's path is `/t/`, so Django's pages never see it come back: the session keeps the same value, and
every answer that granted tiles sets the cookie again. When the session ends, its addresses end with it.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from webapp.imaging.services import SESSION_KEY, tiles_revoke
from webapp.imaging.tile_address import COOKIE, PATH

GetResponse = Callable[[HttpRequest], HttpResponse]


def tile_cookie(get_response: GetResponse) -> GetResponse:
    """Set the tile cookie where tiles were granted; take it and its addresses back when the session is gone."""

    def middleware(request: HttpRequest) -> HttpResponse:
        signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES
        before = request.session.get(SESSION_KEY) if signed_in else None
        response = get_response(request)
        after = request.session.get(SESSION_KEY) if before or request.session.modified else None
        if before and after != before:
            tiles_revoke(before["cookie"])
            if not after:
                response.delete_cookie(COOKIE, path=PATH, samesite="Strict")
        if after and getattr(request, "tiles_granted", False):
            response.set_cookie(
                COOKIE,
                after["cookie"],
                max_age=settings.TILE_URL_LIFETIME_S,
                path=PATH,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Strict",
            )
        return response

    return middleware
