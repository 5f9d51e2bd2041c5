"""Sign in and out, and access tokens."""

from __future__ import annotations

import logging
from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from webapp.accounts import second_factor
from webapp.accounts.access import access_token_create, access_token_list, access_token_revoke
from webapp.accounts.models import User
from webapp.accounts.passwords import account_closed, password_confirm
from webapp.accounts.permissions import staff_required
from webapp.accounts.services import sessions_end
from webapp.accounts.throttling import locked_out
from webapp.core.errors import DomainError

logger = logging.getLogger(__name__)
WAITING = "second_factor_waiting"  # the session's note of a person whose password was right
WAITING_S = 300.0


class SignIn(LoginView):
    """The sign-in page."""

    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Look at no password of an account that had too many wrong ones."""
        if account_closed(request.POST.get("username", "")):
            return locked_out(request)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Sign in, or first ask for the code of a person who has a second factor."""
        user: Any = form.get_user()
        if second_factor.second_factor_on(user):
            note = {"user": user.pk, "at": timezone.now().timestamp(), "next": self.get_success_url()}
            self.request.session[WAITING] = note
            return redirect("accounts:code")
        answer = super().form_valid(form)
        return redirect("accounts:second-factor") if second_factor.enrolment_due(self.request) else answer


@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code of a person whose password was right; sign in when it is right too."""
    note = request.session.get(WAITING)
    if not note or timezone.now().timestamp() - note["at"] > WAITING_S:
        return redirect("accounts:sign-in")
    if request.method == "POST":
        user = User.objects.filter(pk=note["user"], is_active=True).first()
        if user is not None and second_factor.code_matches(user, request.POST.get("code", "")):
            del request.session[WAITING]
            login(request, user, backend="django.contrib.auth.backends.ModelBackend")
            return redirect(note["next"])
        logger.warning("code refused: account %s", note["user"])
        return render(request, "accounts/code.html", {"wrong": True}, status=403)
    return render(request, "accounts/code.html")


@require_GET
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Show what a person can change about their own account."""
    user: Any = request.user
    return render(request, "accounts/account.html", {"second_factor": second_factor.second_factor_on(user)})


@require_http_methods(["GET", "POST"])
@login_required
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """Set the second factor up or remove it."""
    user: Any = request.user
    context: dict[str, Any] = {"owed": second_factor.enrolment_due(request)}
    if request.method == "POST":
        try:
            if "remove" in request.POST:
                second_factor.second_factor_remove(user, request.POST.get("password", ""))
                update_session_auth_hash(request, user)
                if second_factor.second_factor_owed(user):
                    request.session[second_factor.OWED] = True
                return redirect("accounts:account")
            if not context["owed"] and not password_confirm(user, request.POST.get("password", "")):
                raise DomainError("That is not your password.", field="password")
            context["codes"] = second_factor.enrolment_confirm(user, request.POST.get("code", ""))
            update_session_auth_hash(request, user)
            request.session.pop(second_factor.OWED, None)
        except DomainError as error:
            context["error"] = error
    context["on"] = second_factor.second_factor_on(user)
    if not context["on"]:
        context["enrolment"] = enrolment = second_factor.enrolment_begin(user)
        context["picture"] = segno.make(enrolment.uri).svg_inline(scale=4, border=2, dark="#16191d")
    return render(request, "accounts/second_factor.html", context, status=400 if "error" in context else 200)


@require_POST
@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """End the person's sessions on all other devices."""
    user: Any = request.user
    sessions_end(user)
    update_session_auth_hash(request, user)
    messages.success(request, "You are signed out everywhere else.")
    return redirect("accounts:account")


class ChangeForm(PasswordChangeForm):  # type: ignore[type-arg]
    """The present password and a new one; wrong present ones are counted."""

    def clean_old_password(self) -> str:
        """Return the present password."""
        given: str = self.cleaned_data["old_password"]
        if not password_confirm(self.user, given):
            raise ValidationError("That is not your present password.", code="password_incorrect")
        return given


class PasswordChange(PasswordChangeView):
    """Changes one's own password; other sessions of the person end."""

    form_class = ChangeForm
    template_name = "accounts/password.html"
    success_url = reverse_lazy("accounts:account")


class SignOut(LogoutView):
    """Signs out on POST."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """End the session, and let the browser forget its tiles; answers that wait to be sent stay."""
        answer = super().post(request, *args, **kwargs)
        answer["Clear-Site-Data"] = '"cache"'
        return answer


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
