"""One case at one place in one reader's order."""

from __future__ import annotations

from django.db import models

from studies.models.case import Case, Phase
from studies.models.participant import Participant
from webapp.core.tokens import random_token


class Trial(models.Model):
    """Made at lock or enrolment, never later. The token is the only name a reader's browser ever sees.

    `occurrence` counts how often the participant has met the case up to here: a hidden repeat has `repeat_of`,
    a later session of a crossover has a higher `session` and the condition of that session. In a design of
    pairs `case` is shown on the left and `right_case` on the right.
    """

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="trials")
    case = models.ForeignKey(Case, models.PROTECT, related_name="trials")
    right_case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    repeat_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="repeats")
    index = models.PositiveIntegerField()
    occurrence = models.PositiveSmallIntegerField(default=1)
    block = models.PositiveIntegerField(default=1)
    session = models.PositiveSmallIntegerField(default=1)
    condition = models.CharField(max_length=60, blank=True)
    phase = models.CharField(max_length=8, choices=Phase.choices, default=Phase.TEST)
    token = models.CharField(max_length=22, unique=True, default=random_token, editable=False)
    first_served_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "index"], name="trial_index_once"),
            models.UniqueConstraint(fields=["participant", "case", "occurrence"], name="trial_case_once"),
            models.CheckConstraint(condition=models.Q(index__gte=1), name="trial_index_from_one"),
        ]
