"""The request for a picture, which is the truth about it, and the workers' heartbeats."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from webapp.core.tokens import random_token


class State(models.TextChoices):
    """Where a request stands."""

    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Drawing"
    FINISHED = "finished", "Finished"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class Stage(models.TextChoices):
    """The three pictures of the cascade, in order, by the engine's names."""

    GLOBAL = "global", "overview"
    LOCAL = "local", "context"
    PATCH = "patch", "detail"


class Queue(models.TextChoices):
    """Which line a request stands in. Workers take from the first before the second."""

    INTERACTIVE = "interactive", "Interactive"
    BATCH = "batch", "Batch"


class Kind(models.TextChoices):
    """What is drawn."""

    PICTURE = "picture", "Picture"
    ANOMALY = "anomaly", "Anomaly map"  # of `source`; the first stage alone draws it


LIVE = (State.QUEUED, State.RUNNING)


class GenerationRequest(models.Model):
    """One picture somebody asked for. Celery only rings the bell; this row is the truth.

    Every change of `state` is a conditional UPDATE in `services`. While the row is running, only the
    attempt whose `attempt_token` it holds may write to it, and only until `lease_until`.
    """

    token = models.CharField(max_length=22, unique=True, default=random_token, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    bundle = models.CharField(max_length=200)
    bundle_digest = models.CharField(max_length=64)
    labels = models.JSONField()
    seed = models.BigIntegerField()
    sampler = models.CharField(max_length=40)
    steps = models.PositiveIntegerField()
    guidance = models.FloatField()
    code_version = models.CharField(max_length=40)
    source = models.ForeignKey("imaging.Image", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    source_sha256 = models.CharField(max_length=64, blank=True)  # of the picture to upscale; blank: draw anew
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PICTURE)
    noise_level = models.PositiveIntegerField(default=0)  # of an anomaly map
    address_digest = models.CharField(max_length=32, blank=True)  # keyed: counts requests, names nobody
    asked_as = models.CharField(
        max_length=64, blank=True
    )  # number of the web request that asked, for the log alone
    queue = models.CharField(max_length=12, choices=Queue.choices, default=Queue.INTERACTIVE)
    dedup_key = models.CharField(max_length=64)

    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempt_token = models.CharField(max_length=22, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    cancel_requested = models.BooleanField(default=False)
    error = models.CharField(max_length=500, blank=True)
    failure = models.CharField(max_length=20, blank=True)  # its kind, for those who count
    cpu_s = models.FloatField(default=0)  # processor seconds of all attempts
    gpu_s = models.FloatField(default=0)  # seconds of all attempts on a card

    stage = models.CharField(max_length=10, choices=Stage.choices, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    remaining_s = models.FloatField(null=True, blank=True)

    overview = models.ForeignKey("imaging.Image", null=True, on_delete=models.SET_NULL, related_name="+")
    context = models.ForeignKey("imaging.Image", null=True, on_delete=models.SET_NULL, related_name="+")
    growing = models.ForeignKey("imaging.Image", null=True, on_delete=models.SET_NULL, related_name="+")
    image = models.ForeignKey("imaging.Image", null=True, on_delete=models.SET_NULL, related_name="+")

    created_at = models.DateTimeField(auto_now_add=True)
    rung_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["dedup_key"],
                condition=models.Q(state__in=["queued", "running"]),
                name="generation_one_live_request_per_key",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "created_at"]),
            models.Index(fields=["user", "-created_at"]),
            models.Index(fields=["address_digest", "-created_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.bundle} {self.token} ({self.state})"

    @property
    def upscales(self) -> bool:
        """Whether a given picture is enlarged, in place of one drawn anew."""
        return bool(self.source_sha256) and self.kind == Kind.PICTURE

    @property
    def is_live(self) -> bool:
        """Whether the picture is still to come."""
        return self.state in LIVE


class WorkerHeartbeat(models.Model):
    """What a worker process last said about itself."""

    name = models.CharField(max_length=200, unique=True)
    queues = models.JSONField(default=list)
    device = models.CharField(max_length=200, blank=True)
    bundle = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField()
    last_seen = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
