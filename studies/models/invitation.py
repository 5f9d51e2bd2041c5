"""A link that lets one person join a study."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from studies.models.study import MemberRole, Study

INVITABLE = (MemberRole.READER, MemberRole.COORDINATOR, MemberRole.ANALYST)


class Invitation(models.Model):
    """One place in a study for whoever holds the link. Only the hash of the link's token is kept."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="invitations")
    token_sha256 = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=12, choices=MemberRole.choices, default=MemberRole.READER)
    email = models.EmailField(blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=INVITABLE), name="invitation_role_invitable"),
            models.CheckConstraint(
                condition=models.Q(used_at__isnull=True, used_by__isnull=True)
                | models.Q(used_at__isnull=False, used_by__isnull=False),
                name="invitation_used_by_somebody",
            ),
        ]
