"""A case and the study's own picture of it. Neither says where the picture came from."""

from __future__ import annotations

from django.db import models

from studies.models.study import Study


class Phase(models.TextChoices):
    """What a case is for."""

    TRAIN = "train", "Training"
    TEST = "test", "Test"
    CHECK = "check", "Attention check"


class Case(models.Model):
    """One picture to be read. Its code is random: it tells neither origin nor order of import."""

    study = models.ForeignKey(Study, models.PROTECT, related_name="cases")
    code = models.CharField(max_length=8)
    phase = models.CharField(max_length=8, choices=Phase.choices, default=Phase.TEST)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "code"], name="case_code_once")]


class AssetState(models.TextChoices):
    """How far the preparation of a case's picture is."""

    WAITING = "waiting", "Waiting"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


class Asset(models.Model):
    """The normalized picture of a case: every case of a study went the same path to get one."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="asset")
    image = models.ForeignKey("imaging.Image", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=AssetState.choices, default=AssetState.WAITING)
    reason = models.CharField(max_length=300, blank=True)
    normalization_seed = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state=AssetState.READY) | models.Q(image__isnull=False),
                name="asset_ready_has_image",
            )
        ]
