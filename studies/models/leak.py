"""What a search for leaks found. Rows are added and never changed."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from studies.models.study import Study


class LeakReport(models.Model):
    """One run of the leak check: each channel's figures, and whether one of the packaging is above its threshold.

    `cases_sha256` is the hash of the case codes and pictures that were looked at: a report of another case set
    says nothing about the present one.
    """

    study = models.ForeignKey(Study, models.PROTECT, related_name="leak_reports")
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    cases_sha256 = models.CharField(max_length=64)
    blocked = models.BooleanField()
    body = models.JSONField()

    class Meta:
        ordering = ["study_id", "-pk"]
