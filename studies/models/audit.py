"""Who did what, in a chain that shows any later change."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from studies.models.study import Study


class AuditEvent(models.Model):
    """One event. `hash` covers `prev_hash` and the event; triggers refuse update and delete.

    The chain holds `actor_ref`, a keyed hash, and never a name: a person can be forgotten without breaking it.
    """

    study = models.ForeignKey(Study, models.PROTECT, related_name="audit_events")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor_ref = models.CharField(max_length=22)
    kind = models.CharField(max_length=40)
    body = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True)
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "seq"], name="audit_seq_once")]
        ordering = ["study_id", "seq"]
