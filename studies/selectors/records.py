"""What was written down beside the final answers: marks, and every revision. Never the truth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from studies.models.response import Response
from studies.models.study import Study
from studies.selectors.frames import ENDED
from webapp.core.errors import ConflictError

MARK_COLUMNS = [
    "reader",
    "case",
    "finding",
    "shape",
    "x",
    "y",
    "width",
    "height",
    "points",
    "descriptors",
    "sha256",
]
REVISION_COLUMNS = (
    "study", "reader_code", "trial_index", "phase", "case_code", "revision", "response_id", "answers", "marks",
    "rt_active_ms", "client_at", "submitted_at", "sha256",
)  # fmt: skip


def marks_frame(study: Study) -> pd.DataFrame:
    """Return one row per mark of the final responses, in pixels of the study's pictures.

    Raises:
        ConflictError: while the study still runs.
    """
    rows = []
    final: dict[int, Response] = {}
    for response in _responses(study):
        final[response.trial_id] = response
    for response in final.values():
        who, case = response.trial.participant.reader_code, response.trial.case.code
        for mark in response.marks:
            known = {name: mark.get(name) for name in ("finding", "shape", "x", "y", "width", "height", "points")}
            more = {"descriptors": mark.get("descriptors"), "sha256": response.sha256}
            rows.append({"reader": who, "case": case} | known | more)
    return pd.DataFrame(rows, columns=MARK_COLUMNS)


def revision_rows(study: Study) -> Iterator[tuple[Any, ...]]:
    """Yield every stored revision as values of `REVISION_COLUMNS`, in order of reader, trial and revision.

    Raises:
        ConflictError: while the study still runs.
    """
    for response in _responses(study):
        trial = response.trial
        sent, stored = (at.isoformat(timespec="milliseconds") for at in (response.client_at, response.server_at))
        order = (trial.index, trial.phase, trial.case.code, response.revision)
        said = (str(response.id), response.answers, response.marks, response.active_ms, sent, stored)
        yield (study.slug, trial.participant.reader_code, *order, *said, response.sha256)


def _responses(study: Study) -> Iterator[Response]:
    if study.state not in ENDED:
        raise ConflictError("Readings can be taken out once the study is closed.")
    rows = Response.objects.filter(trial__participant__study=study).select_related(
        "trial__participant", "trial__case"
    )
    return rows.order_by("trial__participant__reader_code", "trial__index", "revision").iterator(chunk_size=500)
