"""What a person found when they checked their display."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class DisplayCheck(models.Model):
    """One self-check of a display: a visual check, not a calibration. Rows are added and never changed."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="display_checks")
    checked_at = models.DateTimeField(auto_now_add=True)
    passed = models.BooleanField()
    result = models.JSONField()

    class Meta:
        """The latest comes first."""

        ordering = ["-checked_at", "-id"]
        indexes = [models.Index(fields=["user", "-checked_at"], name="viewer_check_latest")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.checked_at:%Y-%m-%d}"
