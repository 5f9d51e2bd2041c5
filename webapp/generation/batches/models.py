"""A batch, its pictures with what the screens found, and what people decided about each."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from webapp.core.tokens import random_token


class Verdict(models.TextChoices):
    """What a person decided about a picture."""

    OPEN = "open", "Not decided"  # also: a decision that was taken back
    ACCEPTED = "accepted", "Accepted"
    REJECTED = "rejected", "Rejected"


class Batch(models.Model):
    """What an admin asked for at once. How far it is follows from its items' requests."""

    token = models.CharField(max_length=22, unique=True, default=random_token, editable=False)
    title = models.CharField(max_length=120)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    bundle = models.CharField(max_length=200)
    bundle_digest = models.CharField(max_length=64)
    rows = models.JSONField()  # [{"labels": {name: value or null}, "count": n}]
    origin = models.CharField(max_length=200, blank=True)  # where the distribution came from, in words
    first_seed = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title


class BatchItem(models.Model):
    """One picture of a batch."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="items")
    number = models.PositiveIntegerField()
    request = models.ForeignKey("generation.GenerationRequest", models.PROTECT, related_name="+")
    screened_at = models.DateTimeField(null=True, blank=True)
    scores = models.JSONField(default=dict, blank=True)  # see `screening`
    verdict = models.CharField(max_length=10, choices=Verdict.choices, default=Verdict.OPEN)  # the last decision's

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="batches_item_once")]
        indexes = [models.Index(fields=["screened_at"], name="batches_item_screened")]

    def __str__(self) -> str:
        return f"{self.number} of {self.batch}"


class BatchDecision(models.Model):
    """One decision about one picture, with the scores that were on the screen. Append-only by trigger."""

    item = models.ForeignKey(BatchItem, models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    scores = models.JSONField(default=dict, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.item}: {self.verdict}"
