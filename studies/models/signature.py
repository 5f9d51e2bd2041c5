"""Who signed an act with the password, in which meaning; and the chain's head of each day."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from studies.models.audit import AuditEvent
from studies.models.study import Study


class Act(models.TextChoices):
    """What is signed."""

    LOCK = "lock", "Lock"
    UNBLIND = "unblind", "Unblind"
    OVERRIDE = "override", "Open in spite of a leak"


class Signature(models.Model):
    """One signed act, bound to its event in the chain. Triggers refuse update and delete.

    The event's body repeats act and meaning, so the chain covers the signature too.
    """

    study = models.ForeignKey(Study, models.PROTECT, related_name="signatures")
    event = models.OneToOneField(AuditEvent, models.PROTECT, related_name="signature")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    act = models.CharField(max_length=10, choices=Act.choices)
    meaning = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(act__in=Act.values), name="signature_act_known"),
            models.CheckConstraint(condition=~models.Q(meaning=""), name="signature_has_meaning"),
        ]


class AuditHead(models.Model):
    """Where a study's chain stood at the end of a day: kept apart, so that a cut-off tail shows."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="audit_heads")
    day = models.DateField()
    seq = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "day"], name="audit_head_once_a_day")]
        ordering = ["study_id", "day"]
