"""Pictures as rows. The pixels lie in tile packs on disk; a row never exists without its pack."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q

from webapp.core.tokens import random_token


class Source(models.TextChoices):
    """Where a picture came from."""

    ORIGINAL = "original", "Original"
    GENERATED = "generated", "Generated"
    PHANTOM = "phantom", "Phantom"
    STUDY = "study", "Study"  # a study's own normalized copy; never in the library
    PREVIEW = "preview", "Preview"  # an early stage of a picture being generated; never in the library


SYNTHETIC = frozenset({Source.GENERATED, Source.PHANTOM, Source.PREVIEW})
HIDDEN = frozenset({Source.STUDY, Source.PREVIEW})


class Image(models.Model):
    """A picture in canonical form, and everything about it that may be kept."""

    token = models.CharField(max_length=22, unique=True, default=random_token, editable=False)
    pack_key = models.CharField(max_length=22, unique=True, default=random_token, editable=False)
    title = models.CharField(max_length=200)
    source = models.CharField(max_length=10, choices=Source.choices)
    rows = models.PositiveIntegerField()
    columns = models.PositiveIntegerField()
    bits = models.PositiveSmallIntegerField()
    pixel_spacing_mm_row = models.FloatField(null=True, blank=True)
    pixel_spacing_mm_column = models.FloatField(null=True, blank=True)
    spacing_kind = models.CharField(max_length=20, blank=True)
    laterality = models.CharField(max_length=1, blank=True)
    view = models.CharField(max_length=4, blank=True)
    birads = models.CharField(max_length=2, blank=True)
    density = models.CharField(max_length=1, blank=True)
    window_center = models.FloatField()
    window_width = models.FloatField()
    voi_function = models.CharField(max_length=12, default="LINEAR")
    presets = models.JSONField(default=list, blank=True)
    pixel_sha256 = models.CharField(max_length=64, db_index=True)
    header = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="images"
    )

    class Meta:
        """The same original can't be brought in twice; two requests may well draw the same picture."""

        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["pixel_sha256"],
                condition=Q(source__in=["original", "phantom"]),
                name="imaging_image_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def pack_path(self) -> Path:
        """Where the tile pack lies."""
        return Path(settings.PACK_DIR) / self.pack_key[:2] / f"{self.pack_key}.pack"

    @property
    def is_synthetic(self) -> bool:
        """Whether the picture shows no person."""
        return self.source in SYNTHETIC

    @property
    def spacing_mm(self) -> tuple[float, float] | None:
        """(row, column) spacing in mm, when both are known."""
        if self.pixel_spacing_mm_row is None or self.pixel_spacing_mm_column is None:
            return None
        return self.pixel_spacing_mm_row, self.pixel_spacing_mm_column


class Provenance(models.Model):
    """How a generated picture was made: enough to make it again."""

    image = models.OneToOneField(Image, on_delete=models.CASCADE, related_name="provenance")
    kind = models.CharField(max_length=20, default="cascade")
    bundle = models.CharField(max_length=100, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    seed = models.BigIntegerField(null=True, blank=True)
    labels = models.JSONField(default=dict, blank=True)
    sampler = models.CharField(max_length=40, blank=True)
    steps = models.JSONField(null=True, blank=True)
    guidance = models.FloatField(null=True, blank=True)
    code_version = models.CharField(max_length=60, blank=True)
    request_id = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return f"{self.bundle} seed {self.seed}"


class TileAlias(models.Model):
    """A picture's name for one browser session and one purpose; tile addresses carry only this."""

    alias = models.CharField(max_length=22, unique=True, default=random_token)
    image = models.ForeignKey(Image, on_delete=models.CASCADE, related_name="+")
    binding = models.CharField(max_length=22)
    purpose = models.CharField(max_length=22, default="", blank=True)  # such as the trial; blank in the office
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        """One name per picture, browser session and purpose."""

        constraints = [
            models.UniqueConstraint(fields=["image", "binding", "purpose"], name="imaging_alias_once"),
        ]

    def __str__(self) -> str:
        return self.alias


class IngestRun(models.Model):
    """One batch of files from the command line: how far it is, and its report."""

    class State(models.TextChoices):
        """Where a batch stands; one that was killed stays "running" and is no longer seen."""

        RUNNING = "running", "Running"
        DONE = "done", "Done"
        STOPPED = "stopped", "Stopped"

    token = models.CharField(max_length=22, unique=True, default=random_token, editable=False)
    source = models.CharField(max_length=10, choices=Source.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    message = models.CharField(max_length=300, blank=True)
    total = models.PositiveIntegerField()
    added = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.done} of {self.total}"

    @property
    def done(self) -> int:
        """How many files have met their fate."""
        return self.added + self.duplicates + self.refused


class IngestFile(models.Model):
    """The fate of one file of a batch; one that was added needs no path: its name is the picture's title."""

    class Status(models.TextChoices):
        """Fates."""

        ADDED = "added", "Added"
        DUPLICATE = "duplicate", "Already there"
        REFUSED = "refused", "Not added"

    run = models.ForeignKey(IngestRun, on_delete=models.CASCADE, related_name="files")
    status = models.CharField(max_length=10, choices=Status.choices)
    size = models.BigIntegerField(default=0)
    fingerprint = models.CharField(max_length=22, blank=True)
    image = models.ForeignKey(Image, null=True, on_delete=models.SET_NULL, related_name="+")
    path = models.TextField(blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        """A batch that goes on looks files up by size and fingerprint."""

        ordering = ["id"]
        indexes = [models.Index(fields=["size", "fingerprint"], name="imaging_ingest_known")]

    def __str__(self) -> str:
        return f"{self.status}: {self.path}"
