"""What a plan gave when it was run. Rows are added and never changed: triggers refuse update and delete."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from studies.models.study import Study


class AnalysisRun(models.Model):
    """One run of a plan on the readings of a study; the same plan, data and software are one run."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="analysis_runs")
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    plan_sha256 = models.CharField(max_length=64)
    data_sha256 = models.CharField(max_length=64)
    code_version = models.CharField(max_length=60)
    seed = models.PositiveBigIntegerField()
    result_sha256 = models.CharField(max_length=64)
    result = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["study", "plan_sha256", "data_sha256", "code_version"], name="analysis_run_once"
            )
        ]
