"""What staff may see of studies, without the truth."""

from __future__ import annotations

from django.db.models import Count, Max, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from studies.models.audit import AuditEvent
from studies.models.case import Case
from studies.models.participant import Participant
from studies.models.study import MemberRole, Membership, ProtocolVersion, State, Study
from webapp.accounts.models import User
from webapp.core.errors import NotFoundError

STAFF = (MemberRole.OWNER, MemberRole.COORDINATOR, MemberRole.ANALYST)
UNBLINDED_ROLES: tuple[str, ...] = (MemberRole.OWNER, MemberRole.ANALYST)


def study_list(user: User) -> QuerySet[Study]:
    """Return the studies this person works on as staff, newest first, with counts."""
    people = Participant.objects.filter(study=OuterRef("pk")).order_by().values("study")
    cases = Case.objects.filter(study=OuterRef("pk")).order_by().values("study")
    return (
        _staffed(user)
        .annotate(
            case_count=Coalesce(Subquery(cases.annotate(n=Count("pk")).values("n")), 0),
            reader_count=Coalesce(Subquery(people.annotate(n=Count("pk")).values("n")), 0),
            done_count=Coalesce(Subquery(people.annotate(n=Sum("done")).values("n")), 0),
            last_seen_at=Subquery(people.annotate(n=Max("last_seen_at")).values("n")),
        )
        .order_by("-created_at", "-pk")
    )


def study_get(slug: str, user: User) -> Study:
    """Return a study that this person works on as staff.

    Raises:
        NotFoundError: when there is none, or it is not theirs: both look the same.
    """
    study = _staffed(user).filter(slug=slug).first()
    if study is None:
        raise NotFoundError("There is no such study among yours.")
    return study


def study_role(study: Study, user: User) -> str:
    """Return the person's role in the study, or an empty string."""
    return Membership.objects.filter(study=study, user=user).values_list("role", flat=True).first() or ""


def study_drafts(user: User) -> list[dict[str, str]]:
    """Return slug and title of this owner's drafts, which images may be added to."""
    drafts = Study.objects.filter(memberships__user=user, memberships__role=MemberRole.OWNER, state=State.DRAFT)
    drafts = drafts.order_by("-created_at", "-pk")
    return [{"slug": study.slug, "title": study.title} for study in drafts]


def rehearsal_list(study: Study) -> list[Study]:
    """Return the rehearsals of a study, newest first, with how many simulated readers each had."""
    rows = study.rehearsals.annotate(reader_count=Count("participants"))
    return list(rows.order_by("-created_at", "-pk")[:10])


def protocol_current(study: Study) -> ProtocolVersion:
    """Return the study's protocol: the locked one, or the draft's."""
    return study.protocols.latest("number")


def audit_latest(study: Study, limit: int = 12) -> list[AuditEvent]:
    """Return the newest events of the study's chain, newest first, without the answers, which would drown them."""
    events = AuditEvent.objects.filter(study=study).exclude(kind="response.stored")
    return list(events.select_related("actor").order_by("-seq")[:limit])


def _staffed(user: User) -> QuerySet[Study]:
    return Study.objects.filter(memberships__user=user, memberships__role__in=STAFF)
