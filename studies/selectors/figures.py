"""The site's studies in figures: sums over all of them, none of which tells of one study, reader or case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Model

from studies.models.case import Asset, AssetState
from studies.models.reading import Draft, Sitting
from studies.models.response import Response
from studies.models.study import State, Study

SEEN_LATELY = timedelta(minutes=5)


@dataclass(frozen=True)
class StudyFigures:
    """Sums over all studies.

    Args:
        studies: by state.
        pictures: of cases, by the state of their preparation.
        sittings: not ended, and heard of in the last five minutes.
        answers: stored, each revision counted.
        drafts: of trials without an answer.
    """

    studies: dict[str, int]
    pictures: dict[str, int]
    sittings: int
    answers: int
    drafts: int


def study_figures(now: datetime) -> StudyFigures:
    """Return the sums as the rows have them."""
    return StudyFigures(
        studies=_by_state(Study, State.values),
        pictures=_by_state(Asset, AssetState.values),
        sittings=Sitting.objects.filter(ended_at=None, seen_at__gte=now - SEEN_LATELY).count(),
        answers=Response.objects.count(),
        drafts=Draft.objects.filter(trial__responses=None).count(),
    )


def _by_state(model: type[Model], states: list[str]) -> dict[str, int]:
    rows = model._default_manager.order_by().values_list("state").annotate(n=Count("pk"))
    return dict.fromkeys(states, 0) | dict(rows)
