"""The request as it is behind the sign-in check."""

from __future__ import annotations

from django.http import HttpRequest

from webapp.accounts.models import User


class SignedIn(HttpRequest):
    """A request whose user is known; only for annotations, behind `login_required` or `staff_required`."""

    user: User
