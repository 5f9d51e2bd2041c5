"""What a person sees after too many wrong passwords."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def locked_out(request: HttpRequest, credentials: Any = None, *args: Any, **kwargs: Any) -> HttpResponse:
    """Answer a sign-in for a name and address that had too many wrong passwords."""
    return render(request, "accounts/sign_in.html", {"locked": True}, status=429)
