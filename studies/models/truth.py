"""What is true of a case. Nothing that serves readers imports this module, and no case points back to it."""

from __future__ import annotations

from django.db import models

from studies.models.case import Case


class CaseTruth(models.Model):
    """Where a case's picture came from. Frozen by trigger once its study is locked."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="+")
    is_synthetic = models.BooleanField()
    source_image = models.ForeignKey("imaging.Image", models.PROTECT, related_name="+")
    source = models.CharField(max_length=12)
    birads = models.CharField(max_length=4, blank=True)
    density = models.CharField(max_length=4, blank=True)
    view = models.CharField(max_length=4, blank=True)
    laterality = models.CharField(max_length=1, blank=True)
