"""Coordinators and analysts join and leave a study. Readers are enrolled elsewhere."""

from __future__ import annotations

from django.db import transaction

from studies.models.study import MemberRole, Membership, Study
from studies.services.audit import audit_add
from webapp.accounts.models import User
from webapp.core.errors import ConflictError, DomainError, NotFoundError

HELPERS = (MemberRole.COORDINATOR, MemberRole.ANALYST)


@transaction.atomic
def member_add(study: Study, username: str, role: str, actor: User) -> Membership:
    """Give a person of the staff a role in the study.

    Locks: the study's row. Emits: "member.added".

    Raises:
        DomainError: for another role than coordinator or analyst, or an account that is not staff.
        ConflictError: when the person has a role in the study already; nobody is staff and reader of one study.
    """
    if role not in HELPERS:
        raise DomainError(f"Got the role {role[:20]!r}, expected coordinator or analyst.", field="role")
    study = Study.objects.select_for_update().get(pk=study.pk)
    user = User.objects.filter(username=username.strip(), is_active=True).first()
    if user is None:
        raise DomainError(f"There is no account named {username.strip()[:60]!r}.", field="username")
    if not user.is_study_staff:
        raise DomainError(f"{user.username} reads or draws, and can't work on a study as staff.", field="username")
    if Membership.objects.filter(study=study, user=user).exists():
        raise ConflictError(f"{user.username} has a role in this study already.", field="username")
    membership = Membership.objects.create(study=study, user=user, role=role)
    audit_add(study, actor, "member.added", {"role": role, "member": membership.pk})
    return membership


@transaction.atomic
def member_remove(study: Study, username: str, actor: User) -> None:
    """Take a coordinator or analyst off the study. What they did stays in the record.

    Locks: the study's row. Emits: "member.removed".

    Raises:
        NotFoundError: when no coordinator or analyst of this name works on the study.
    """
    study = Study.objects.select_for_update().get(pk=study.pk)
    membership = Membership.objects.filter(study=study, user__username=username, role__in=HELPERS).first()
    if membership is None:
        raise NotFoundError(f"No coordinator or analyst named {username[:60]!r} works on this study.")
    facts = {"role": membership.role, "member": membership.pk}
    membership.delete()
    audit_add(study, actor, "member.removed", facts)
