"""Who works on a study: links, coordinators and analysts, reminders; and the page behind a link."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from studies.models.study import MemberRole
from studies.requests import SignedIn
from studies.services.copies import study_copy
from studies.services.invitations import (
    invitation_accept,
    invitation_find,
    invitation_mail,
    invitation_make,
    invitation_withdraw,
    reminders_send,
)
from studies.services.members import member_add, member_remove
from studies.tasks import assets_enqueue
from studies.views.forms import back_to, study_of
from webapp.accounts.models import Role, User
from webapp.accounts.permissions import staff_required
from webapp.accounts.services import user_create
from webapp.core.errors import DomainError, NotAllowedError


@require_POST
@staff_required
def invitation_add(request: SignedIn, slug: str) -> HttpResponse:
    """Make a link, show it once, and send it where an address is given."""
    study = study_of(request, slug)
    role, email = request.POST.get("role", MemberRole.READER), request.POST.get("email", "").strip()
    try:
        if role != MemberRole.READER and not study.memberships.filter(user=request.user, role="owner").exists():
            raise NotAllowedError("Only the owner invites coordinators and analysts.")
        _check_email(email)
        invitation, token = invitation_make(study, request.user, role=role, email=email)
        url = request.build_absolute_uri(reverse("studies:join", args=[token]))
        messages.success(request, f"The link for one {role}, shown only now: {url}")
        if email:
            invitation_mail(invitation, url)
            messages.success(request, f"It was sent to {email}.")
    except DomainError as error:
        messages.error(request, error.message)
    return back_to(request, slug)


@require_POST
@staff_required
def invitation_remove(request: SignedIn, slug: str) -> HttpResponse:
    """Withdraw a link."""
    study = study_of(request, slug)
    identity = request.POST.get("invitation", "")
    try:
        invitation_withdraw(study, int(identity) if identity.isdecimal() else 0, request.user)
        messages.success(request, "The link does not hold any more.")
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("studies:study", slug=slug)


@require_POST
@staff_required
def members_add(request: SignedIn, slug: str) -> HttpResponse:
    """Give a person of the staff a role."""
    study = study_of(request, slug)
    try:
        added = member_add(study, request.POST.get("username", ""), request.POST.get("role", ""), request.user)
        messages.success(request, f"{added.user.username} is {added.get_role_display().lower()} of this study.")
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("studies:study", slug=slug)


@require_POST
@staff_required
def members_remove(request: SignedIn, slug: str) -> HttpResponse:
    """Take a coordinator or analyst off the study."""
    study, name = study_of(request, slug), request.POST.get("username", "")
    try:
        member_remove(study, name, request.user)
        messages.success(request, f"{name} no longer works on this study.")
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("studies:study", slug=slug)


@require_POST
@staff_required
def reminders(request: SignedIn, slug: str) -> HttpResponse:
    """Remind the readers who have not finished."""
    study = study_of(request, slug)
    try:
        url = request.build_absolute_uri(reverse("studies:reader-home"))
        reached, unreachable = reminders_send(study, request.user, url)
        messages.success(request, f"{reached} reminded; {unreachable} without an address.")
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("studies:study", slug=slug)


@require_POST
@staff_required
def copy(request: SignedIn, slug: str) -> HttpResponse:
    """Make a draft with the settings of this study."""
    study = study_of(request, slug)
    title = request.POST.get("title", "").strip() or f"{study.title[:112]} (copy)"
    try:
        made, assets = study_copy(study, request.user, title=title, with_cases=request.POST.get("cases") == "on")
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("studies:study", slug=slug)
    identities = [asset.pk for asset in assets]
    transaction.on_commit(lambda: assets_enqueue(identities))
    messages.success(request, f"The draft is made with the settings of “{study.title}”.")
    return redirect("studies:study", slug=made.slug)


@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the link is for; join with the present account or a new one."""
    invitation = invitation_find(token)
    error = None
    if request.method == "POST":
        try:
            with transaction.atomic():
                user = request.user if isinstance(request.user, User) else _account(request, invitation.role)
                invitation_accept(token, user)
        except DomainError as caught:
            error = caught
        else:
            if not request.user.is_authenticated:
                login(request, user, backend="django.contrib.auth.backends.ModelBackend")
            home = "reader-home" if invitation.role == MemberRole.READER else "study-list"
            return redirect(f"studies:{home}")
    title = invitation.study.title
    context = {"title": title, "role": invitation.role, "error": error, "email": invitation.email, "token": token}
    return render(request, "studies/reader/join.html", context, status=error.status if error else 200)


def _account(request: HttpRequest, role: str) -> User:
    kind = Role.READER if role == MemberRole.READER else Role.STAFF
    name = request.POST.get("username", "").strip()
    if not name:
        raise DomainError("Choose a name to sign in with.", field="username")
    return user_create(username=name, password=request.POST.get("password", ""), role=kind)


def _check_email(email: str) -> None:
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise DomainError(f"{email[:60]!r} is no e-mail address.", field="email") from error
