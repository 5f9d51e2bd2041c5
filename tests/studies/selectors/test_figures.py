"""Sums over all studies are those of the rows."""

from __future__ import annotations

import datetime
import uuid

from studies.models.reading import Draft, Sitting
from studies.selectors.figures import SEEN_LATELY, study_figures
from studies.services.responses import Submission, response_submit

ANSWERS = {"origin": "real", "confidence": 1, "birads": "1"}


def test_sums_are_those_of_the_rows(opened):
    now = datetime.datetime.now(datetime.UTC)
    first, second = opened.participants[0].trials.order_by("index")[:2]
    for trial in (first, second):
        Draft.objects.create(trial=trial, body={}, saved_at=now)
    response_submit(opened.reader, Submission(uuid.uuid4(), first.token, 1, ANSWERS, [], now, 10))
    for number, (ago, ended) in enumerate(((0, None), (0, now), (2, None)), 1):
        seen = now - ago * SEEN_LATELY
        Sitting.objects.create(
            participant=opened.participants[number // 3],
            number=number,
            started_at=seen,
            seen_at=seen,
            ended_at=ended,
        )
    told = study_figures(now)
    assert told.studies["open"] == 1
    assert told.studies["draft"] == 0
    assert told.pictures == {"waiting": 0, "ready": 4, "failed": 0}
    assert (told.answers, told.drafts, told.sittings) == (1, 1, 1)
