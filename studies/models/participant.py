"""A reader in one study."""

from __future__ import annotations

from django.db import models

from studies.models.study import Membership, Study
from webapp.core.tokens import random_token


class Participant(models.Model):
    """A reader's place in a study, known outside by a random token and a code without a name.

    `done` counts the answered trials. It moves only in the transaction that stores a response, under a lock
    on this row. `group` is the reader's place in a design with groups. A simulated participant reads in a
    rehearsal and nowhere else: a trigger refuses both mixtures.
    """

    study = models.ForeignKey(Study, models.PROTECT, related_name="participants")
    membership = models.OneToOneField(Membership, models.PROTECT, related_name="participant")
    token = models.CharField(max_length=22, unique=True, default=random_token, editable=False)
    reader_code = models.CharField(max_length=8)
    group = models.CharField(max_length=20, blank=True)
    simulated = models.BooleanField(default=False)
    done = models.PositiveIntegerField(default=0)
    enrolled_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "reader_code"], name="reader_code_once")]
