"""One case at one place in one reader's order."""

from __future__ import annotations

from django.db import models

from studies.models.case import Case, Phase
from studies.models.participant import Participant
from webapp.core.tokens import random_token


class Trial(models.Model):
    """Made at lock or enrolment, never later. The token is the only name a reader's browser ever sees."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="trials")
    case = models.ForeignKey(Case, models.PROTECT, related_name="trials")
    index = models.PositiveIntegerField()
    phase = models.CharField(max_length=8, choices=Phase.choices, default=Phase.TEST)
    token = models.CharField(max_length=22, unique=True, default=random_token, editable=False)
    first_served_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "index"], name="trial_index_once"),
            models.UniqueConstraint(fields=["participant", "case"], name="trial_case_once"),
            models.CheckConstraint(condition=models.Q(index__gte=1), name="trial_index_from_one"),
        ]
