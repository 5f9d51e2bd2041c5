"""What was true of a training case that its reader has answered: the one truth that a reader is told early.

Training cases are in no analysis and in nobody's test, so telling it gives nothing away (ADR 11).
"""

from __future__ import annotations

from dataclasses import dataclass

from studies.models.case import Phase
from studies.models.response import Response
from studies.models.trial import Trial
from studies.models.truth import CaseTruth
from studies.selectors.flow import flow_of
from studies.selectors.trials import NOTHING_HERE
from webapp.core.errors import NotFoundError


@dataclass(frozen=True)
class Lesson:
    """What was true, and what the reader said: "real" or "synthetic"."""

    true: str
    said: str


def lesson_get(trial: Trial) -> Lesson:
    """Return the lesson of a training case.

    Raises:
        NotFoundError: for a case of the test, one without an answer, or a study that tells nothing; all alike.
    """
    told = flow_of(trial.participant).get("training", {}).get("feedback", False)
    answer = Response.objects.filter(trial=trial).order_by("-revision").first()
    # The case's own phase counts too: a truth is told for no case that anybody is tested on.
    if not told or answer is None or trial.phase != Phase.TRAIN or trial.case.phase != Phase.TRAIN:
        raise NotFoundError(NOTHING_HERE)
    synthetic = CaseTruth.objects.get(case=trial.case_id).is_synthetic
    return Lesson("synthetic" if synthetic else "real", str(answer.answers.get("origin", "")))
