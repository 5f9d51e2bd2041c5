"""What happens around the answers: the flow's steps, sittings, times on screen, drafts, interactions."""

from __future__ import annotations

from django.db import models

from studies.models.participant import Participant
from studies.models.trial import Trial
from webapp.core.tokens import random_token


class Step(models.TextChoices):
    """A part of a reader's way that is not a case."""

    CONSENT = "consent", "Consent"
    DISPLAY = "display", "Display check"
    QUESTIONNAIRE = "questionnaire", "Questionnaire"
    INSTRUCTIONS = "instructions", "Instructions"
    DEBRIEF = "debrief", "Debrief"
    WITHDRAWAL = "withdrawal", "Withdrawal"


class Sitting(models.Model):
    """One stretch of reading on one device. The token is the lease: only its holder is given the next case."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="sittings")
    number = models.PositiveIntegerField()
    token = models.CharField(max_length=22, unique=True, default=random_token, editable=False)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    clock_offset_ms = models.BigIntegerField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    screen = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "number"], name="sitting_number_once"),
            models.UniqueConstraint(
                fields=["participant"], condition=models.Q(ended_at__isnull=True), name="sitting_one_at_a_time"
            ),
        ]


class FlowStep(models.Model):
    """A step that a reader has taken. Rows are added and never changed: triggers refuse update and delete.

    `body` holds what was agreed to, answered or measured. A display check is taken once for each device, so
    its number may go up; the others are taken once.
    """

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=14, choices=Step.choices)
    number = models.PositiveSmallIntegerField(default=1)
    body = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)
    server_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "kind", "number"], name="step_once"),
            models.CheckConstraint(condition=models.Q(kind__in=Step.values), name="step_kind_known"),
            models.CheckConstraint(
                condition=models.Q(kind=Step.DISPLAY) | models.Q(number=1), name="step_repeats_display_only"
            ),
        ]


class Presentation(models.Model):
    """One time that a case was on the screen."""

    trial = models.ForeignKey(Trial, models.PROTECT, related_name="presentations")
    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="presentations")
    shown_at = models.DateTimeField()
    hidden_at = models.DateTimeField(null=True)
    active_ms = models.PositiveIntegerField(default=0)


class Draft(models.Model):
    """An answer not yet given: kept so that a reload loses nothing, and never analyzed."""

    trial = models.OneToOneField(Trial, models.PROTECT, related_name="draft")
    body = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()


class Interaction(models.Model):
    """One thing that a reader did with a picture: zoom, window, quadrant, dwell. Rows are only added."""

    trial = models.ForeignKey(Trial, models.PROTECT, related_name="interactions")
    batch = models.UUIDField()
    seq = models.PositiveIntegerField()
    t_ms = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["trial", "batch", "seq"], name="interaction_once")]
