"""Who may open a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase

from webapp.core.errors import NotAllowedError, SignedOutError
from webapp.core.http import wants_json

View = Callable[..., HttpResponseBase]


def _requires(allowed: Callable[[Any], bool], message: str) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                if wants_json(request):
                    raise SignedOutError("You are not signed in.")
                return redirect_to_login(request.get_full_path())
            if not allowed(request.user):
                raise NotAllowedError(message)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


admin_required = _requires(lambda user: user.is_study_admin, "This page is for study admins.")
staff_required = _requires(lambda user: user.is_study_staff, "This page is for people who run studies.")
generation_required = _requires(lambda user: user.may_generate, "Readers can't ask for pictures while they read.")
