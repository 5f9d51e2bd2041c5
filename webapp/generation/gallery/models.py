"""Which pictures are shown to everybody who may look at the gallery."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class ShownPicture(models.Model):
    """A picture that an admin has chosen. One that is taken out again keeps its row: people may have seen it."""

    image = models.OneToOneField("imaging.Image", models.CASCADE, related_name="shown")
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    chosen_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-chosen_at", "-id"]

    def __str__(self) -> str:
        return str(self.image)
