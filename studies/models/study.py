"""A study, its protocol, and who works on it."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class State(models.TextChoices):
    """Where a study stands. Changed only by `studies.services.lifecycle`."""

    DRAFT = "draft", "Draft"
    LOCKED = "locked", "Locked"
    OPEN = "open", "Open"
    PAUSED = "paused", "Paused"
    CLOSED = "closed", "Closed"
    UNBLINDED = "unblinded", "Unblinded"
    ARCHIVED = "archived", "Archived"


class MemberRole(models.TextChoices):
    """What a person does in one study. One role per person: nobody is staff and reader."""

    OWNER = "owner", "Owner"
    COORDINATOR = "coordinator", "Coordinator"
    ANALYST = "analyst", "Analyst"
    READER = "reader", "Reader"


class Study(models.Model):
    """One reader study. The seed of all orders is drawn at lock; its hash is shown then, itself at close.

    A rehearsal is a copy that simulated readers read; it names the study that it rehearses.
    """

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    seed = models.BinaryField(max_length=32, null=True, editable=False)
    seed_commitment = models.CharField(max_length=64, blank=True)
    rehearsal_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="rehearsals")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=State.values), name="study_state_known"),
            models.CheckConstraint(
                condition=models.Q(state=State.DRAFT) | models.Q(seed__isnull=False), name="study_seed_after_draft"
            ),
        ]


class ProtocolVersion(models.Model):
    """The document that says what the study asks and fixes. A trigger refuses any change once it is locked."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="protocols")
    number = models.PositiveIntegerField(default=1)
    body = models.JSONField()
    sha256 = models.CharField(max_length=64, blank=True)
    locked_at = models.DateTimeField(null=True)
    locked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "number"], name="protocol_number_once"),
            models.CheckConstraint(
                condition=models.Q(locked_at__isnull=True) | ~models.Q(sha256=""), name="protocol_locked_has_hash"
            ),
        ]


class Membership(models.Model):
    """A person's one role in a study."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="study_memberships")
    role = models.CharField(max_length=12, choices=MemberRole.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "user"], name="membership_one_role")]
