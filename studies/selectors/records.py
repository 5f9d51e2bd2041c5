"""What was written down beside the final answers: marks, and every revision. Never the truth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from studies.models.case import Phase
from studies.models.reading import Interaction, Presentation
from studies.models.response import Response
from studies.models.study import State, Study
from studies.models.trial import Trial
from webapp.core.errors import ConflictError

MARK_PARTS = ("id", "finding", "shape", "x", "y", "width", "height", "points", "descriptors")
MARK_COLUMNS = ["reader", "case", *MARK_PARTS, "birads", "at"]
REVISION_COLUMNS = (
    "study", "reader_code", "trial_index", "phase", "case_code", "revision", "response_id", "answers", "marks",
    "rt_active_ms", "client_at", "submitted_at", "sha256",
)  # fmt: skip
_TRIAL = ("study", "reader_code", "trial_index", "phase", "case_code")
INTERACTION_COLUMNS = (*_TRIAL, "batch", "seq", "t_ms", "kind", "data")
PRESENTATION_COLUMNS = (*_TRIAL, "sitting", "shown_at", "hidden_at", "active_ms")


def marks_frame(study: Study) -> pd.DataFrame:
    """Return one row per mark of the final test responses, in pixels of the study's pictures.

    Marks of training, checks and hidden repeats are left out: they would count a reader twice.

    Raises:
        ConflictError: for a draft.
    """
    rows = []
    final: dict[int, Response] = {}
    for response in _responses(study):
        if response.trial.phase == Phase.TEST and response.trial.repeat_of_id is None:
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


def interaction_rows(study: Study) -> Iterator[tuple[Any, ...]]:
    """Yield what readers did with the pictures as values of `INTERACTION_COLUMNS`, by reader, trial and time.

    Raises:
        ConflictError: for a draft.
    """
    _begun_check(study)
    rows = Interaction.objects.filter(trial__participant__study=study).select_related(
        "trial__participant", "trial__case"
    )
    ordered = rows.order_by("trial__participant__reader_code", "trial__index", "t_ms", "batch", "seq")
    for row in ordered.iterator(chunk_size=1000):
        yield (*_trial(study, row.trial), str(row.batch), row.seq, row.t_ms, row.kind, row.data)


def presentation_rows(study: Study) -> Iterator[tuple[Any, ...]]:
    """Yield each time that a case was on a screen as values of `PRESENTATION_COLUMNS`, by reader and trial.

    Raises:
        ConflictError: for a draft.
    """
    _begun_check(study)
    rows = Presentation.objects.filter(trial__participant__study=study).select_related(
        "trial__participant", "trial__case", "sitting"
    )
    ordered = rows.order_by("trial__participant__reader_code", "trial__index", "shown_at", "pk")
    for row in ordered.iterator(chunk_size=1000):
        shown, hidden = (
            at.isoformat(timespec="milliseconds") if at else None for at in (row.shown_at, row.hidden_at)
        )
        yield (*_trial(study, row.trial), row.sitting.number, shown, hidden, row.active_ms)


def _trial(study: Study, trial: Trial) -> tuple[Any, ...]:
    return study.slug, trial.participant.reader_code, trial.index, trial.phase, trial.case.code


def _begun_check(study: Study) -> None:
    if study.state == State.DRAFT:
        raise ConflictError("A draft has no readings.")


def _responses(study: Study) -> Iterator[Response]:
    _begun_check(study)
    rows = Response.objects.filter(trial__participant__study=study).select_related(
        "trial__participant", "trial__case"
    )
    return rows.order_by("trial__participant__reader_code", "trial__index", "revision").iterator(chunk_size=500)
