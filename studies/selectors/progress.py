"""How far each reader is: counts and times only, so that it may be shown while everybody is blinded."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Avg, Count

from studies.models.case import Asset, AssetState
from studies.models.participant import Participant
from studies.models.study import Study


@dataclass(frozen=True)
class ReaderProgress:
    """One reader of a study, as staff may see them; `active_s` is the mean active time for a case, seconds."""

    username: str
    reader_code: str
    done: int
    count: int
    last_seen_at: datetime.datetime | None
    active_s: float | None = None

    @property
    def finished(self) -> bool:
        """Whether every case has an answer."""
        return self.count > 0 and self.done >= self.count


def reader_progress(study: Study) -> list[ReaderProgress]:
    """Return each reader's progress, in order of their names."""
    people = (
        Participant.objects.filter(study=study)
        .select_related("membership__user")
        .annotate(count=Count("trials", distinct=True), active_ms=Avg("trials__responses__active_ms"))
        .order_by("membership__user__username")
    )
    return [
        ReaderProgress(
            username=person.membership.user.username,
            reader_code=person.reader_code,
            done=person.done,
            count=person.count,
            last_seen_at=person.last_seen_at,
            active_s=None if person.active_ms is None else round(person.active_ms / 1000, 1),
        )
        for person in people
    ]


def picture_progress(study: Study) -> dict[str, int]:
    """Return how many of the study's pictures are waiting, ready and failed."""
    counts = dict.fromkeys(AssetState.values, 0)
    rows = Asset.objects.filter(case__study=study).order_by().values("state").annotate(n=Count("pk"))
    return counts | {row["state"]: row["n"] for row in rows}
