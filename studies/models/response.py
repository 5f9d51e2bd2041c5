"""What a reader said. Rows are added and never changed: triggers refuse update and delete."""

from __future__ import annotations

from django.db import models

from studies.models.reading import Sitting
from studies.models.study import ProtocolVersion
from studies.models.trial import Trial


class Response(models.Model):
    """One answer under the identifier that the reader's browser made. Final is the highest revision."""

    id = models.UUIDField(primary_key=True)
    trial = models.ForeignKey(Trial, models.PROTECT, related_name="responses")
    protocol = models.ForeignKey(ProtocolVersion, models.PROTECT, related_name="+")
    sitting = models.ForeignKey(Sitting, models.PROTECT, null=True, related_name="+")
    revision = models.PositiveSmallIntegerField(default=1)
    answers = models.JSONField()
    marks = models.JSONField(default=list)
    sha256 = models.CharField(max_length=64)
    client_at = models.DateTimeField()
    server_at = models.DateTimeField()
    active_ms = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["trial", "revision"], name="response_revision_once")]
