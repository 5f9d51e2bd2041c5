"""Links that let a person join, and reminders to those who have not finished."""

from __future__ import annotations

import datetime
import hashlib
import smtplib

from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

from studies.models.invitation import INVITABLE, Invitation
from studies.models.participant import Participant
from studies.models.study import MemberRole, State, Study
from studies.services.audit import audit_add
from studies.services.enrolment import JOINABLE, reader_enrol
from studies.services.members import member_add
from webapp.accounts.models import User
from webapp.core.errors import ConflictError, DomainError, NotFoundError
from webapp.core.tokens import random_token

DAYS = 14


@transaction.atomic
def invitation_make(
    study: Study, actor: User, *, role: str = MemberRole.READER, email: str = "", days: int = DAYS
) -> tuple[Invitation, str]:
    """Make a link's token for one person. It is shown now and never again; its hash is kept.

    Emits: "invitation.made", without the address.

    Raises:
        DomainError: for a role that can't be invited.
        ConflictError: when the study takes no more people.
    """
    if role not in INVITABLE:
        raise DomainError(f"Got the role {role[:20]!r}, expected reader, coordinator or analyst.", field="role")
    if study.state not in JOINABLE:
        raise ConflictError("This study is closed and takes no more people.")
    token = random_token()
    invitation = Invitation.objects.create(
        study=study,
        token_sha256=_hash(token),
        role=role,
        email=email,
        created_by=actor,
        expires_at=timezone.now() + datetime.timedelta(days=days),
    )
    audit_add(study, actor, "invitation.made", {"role": role, "invitation": invitation.pk})
    return invitation, token


def invitation_find(token: str) -> Invitation:
    """Return the invitation of a link that still holds.

    Raises:
        NotFoundError: for an unknown, used, withdrawn or expired link; all look the same.
    """
    found = Invitation.objects.select_related("study").filter(token_sha256=_hash(token), used_at=None).first()
    if found is None or found.withdrawn_at is not None or found.expires_at <= timezone.now():
        raise NotFoundError("This link does not hold any more. Ask the person who sent it for a new one.")
    return found


@transaction.atomic
def invitation_accept(token: str, user: User) -> Invitation:
    """Let a person join by their link, once.

    Locks: the invitation's row. Emits: "reader.enrolled" or "member.added".

    Raises:
        NotFoundError: when the link does not hold.
        DomainError: when the account is not of the kind that the link is for.
        ConflictError: when the person has a role in the study already.
    """
    invitation = invitation_find(token)
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.used_at is not None:
        raise NotFoundError("This link does not hold any more. Ask the person who sent it for a new one.")
    if invitation.role == MemberRole.READER:
        reader_enrol(invitation.study, user.username, user)
    else:
        member_add(invitation.study, user.username, invitation.role, user)
    if invitation.email and not user.email:
        user.email = invitation.email
        user.save(update_fields=["email"])
    invitation.used_at, invitation.used_by = timezone.now(), user
    invitation.save(update_fields=["used_at", "used_by"])
    return invitation


@transaction.atomic
def invitation_withdraw(study: Study, identity: int, actor: User) -> None:
    """Take a link back that nobody used. Emits: "invitation.withdrawn".

    Raises:
        NotFoundError: when the study has no such open link.
    """
    found = Invitation.objects.filter(study=study, pk=identity, used_at=None, withdrawn_at=None).first()
    if found is None:
        raise NotFoundError("This study has no such open link.")
    found.withdrawn_at = timezone.now()
    found.save(update_fields=["withdrawn_at"])
    audit_add(study, actor, "invitation.withdrawn", {"role": found.role, "invitation": found.pk})


def invitation_list(study: Study) -> list[Invitation]:
    """Return the open links, newest first."""
    rows = Invitation.objects.filter(study=study, used_at=None, withdrawn_at=None, expires_at__gt=timezone.now())
    return list(rows.order_by("-pk"))


def invitation_mail(invitation: Invitation, url: str) -> None:
    """Send a link to its address.

    Raises:
        ConflictError: when the mail server does not take it; the link stays valid.
    """
    title = invitation.study.title
    text = (
        f"You are invited to the reader study “{title}”.\n\nOpen this link to join; it holds {DAYS} days:\n{url}\n"
    )
    _mail(f"Invitation: {title}", text, invitation.email)


def reminders_send(study: Study, actor: User, url: str) -> tuple[int, int]:
    """Remind each reader of an open study who has not finished and has an address.

    Emits: "reminders.sent" with the codes of those reminded.

    Returns:
        How many were reminded, and how many have no address.

    Raises:
        ConflictError: when the study is not open, or the mail server does not take a message.
    """
    if study.state != State.OPEN:
        raise ConflictError("Only readers of an open study are reminded.")
    people = Participant.objects.filter(study=study).select_related("membership__user")
    waiting = [person for person in people if person.done < person.trials.count()]
    reached = [person for person in waiting if person.membership.user.email]
    for person in reached:
        left = person.trials.count() - person.done
        text = f"{left} cases of “{study.title}” wait for you. Your answers so far are kept.\n\n{url}\n"
        _mail(f"Reminder: {study.title}", text, person.membership.user.email)
    if reached:
        codes = sorted(person.reader_code for person in reached)
        with transaction.atomic():
            audit_add(study, actor, "reminders.sent", {"count": len(reached), "readers": codes})
    return len(reached), len(waiting) - len(reached)


def _mail(subject: str, text: str, address: str) -> None:
    try:
        send_mail(subject, text, None, [address])
    except (smtplib.SMTPException, OSError) as error:
        raise ConflictError("The mail server did not take the message. Send it yourself.") from error


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
