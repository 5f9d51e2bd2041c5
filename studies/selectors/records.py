"""What was written down beside the final answers: marks, and every revision. Never the truth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from studies.models.response import Response
from studies.models.study import State, Study
from webapp.core.errors import ConflictError

MARK_PARTS = ("id", "finding", "shape", "x", "y", "width", "height", "points", "descriptors")
MARK_COLUMNS = ["reader", "case", *MARK_PARTS, "birads", "at"]
REVISION_COLUMNS = (
    "study", "reader_code", "trial_index", "phase", "case_code", "revision", "response_id", "answers", "marks",
    "rt_active_ms", "client_at", "submitted_at", "sha256",
)  # fmt: skip


def marks_frame(study: Study) -> pd.DataFrame:
    """Return one row per mark of the final responses, in pixels of the study's pictures.

    Raises:
        ConflictError: for a draft.
    """
    rows = []
    final: dict[int, Response] = {}
    for response in _responses(study):
        final[response.trial_id] = response
    for response in final.values():
        who, case = response.trial.participant.reader_code, response.trial.case.code
        for mark in response.marks:
            known = {name: mark.get(name) for name in MARK_PARTS}
            more = {"birads": response.answers.get("birads"), "at": response.server_at}
            rows.append({"reader": who, "case": case} | known | more)
    return pd.DataFrame(rows, columns=MARK_COLUMNS)


def revision_rows(study: Study) -> Iterator[tuple[Any, ...]]:
    """Yield every stored revision as values of `REVISION_COLUMNS`, in order of reader, trial and revision.

    Raises:
        ConflictError: for a draft.
    """
    for response in _responses(study):
        trial = response.trial
        sent, stored = (at.isoformat(timespec="milliseconds") for at in (response.client_at, response.server_at))
        order = (trial.index, trial.phase, trial.case.code, response.revision)
        said = (str(response.id), response.answers, response.marks, response.active_ms, sent, stored)
        yield (study.slug, trial.participant.reader_code, *order, *said, response.sha256)


def _responses(study: Study) -> Iterator[Response]:
    if study.state == State.DRAFT:
        raise ConflictError("A draft has no readings.")
    rows = Response.objects.filter(trial__participant__study=study).select_related(
        "trial__participant", "trial__case"
    )
    return rows.order_by("trial__participant__reader_code", "trial__index", "revision").iterator(chunk_size=500)
