"""Sign in and out, and access tokens."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from webapp.accounts.access import access_token_create, access_token_list, access_token_revoke
from webapp.accounts.permissions import staff_required
from webapp.core.errors import DomainError


class SignIn(LoginView):
    """The sign-in page."""

    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True


class SignOut(LogoutView):
    """Signs out on POST."""


@require_http_methods(["GET", "POST"])
@staff_required
def tokens(request: HttpRequest) -> HttpResponse:
    """Show one's own tokens; make one and show it once; end one."""
    user: Any = request.user
    context: dict[str, Any] = {"room": "study"}
    if request.method == "POST":
        revoke, days = request.POST.get("revoke", ""), request.POST.get("days", "")
        try:
            if revoke:
                access_token_revoke(user, int(revoke) if revoke.isdecimal() else 0)
                return redirect("accounts:tokens")
            _, context["secret"] = access_token_create(
                user,
                name=request.POST.get("name", ""),
                days=int(days) if days.isdecimal() else 0,
                may_write=request.POST.get("write") == "on",
            )
        except DomainError as error:
            context["error"] = error
    context["tokens"] = access_token_list(user)
    return render(request, "accounts/tokens.html", context, status=400 if "error" in context else 200)
