"""Readings joined with the truth, as a table for the statistics. Only an unblinded study gives one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pandas as pd

from studies.models.response import Response
from studies.models.study import State, Study
from studies.models.truth import CaseTruth
from webapp.core.errors import ConflictError

UNBLINDED = (State.UNBLINDED, State.ARCHIVED)
ENDED = (State.CLOSED, *UNBLINDED)
COLUMNS = [
    "study",
    "protocol_version",
    "reader_code",
    "group",
    "simulated",
    "sitting",
    "session",
    "condition",
    "trial_index",
    "phase",
    "occurrence",
    "repeat",
    "case_code",
    "right_case_code",
    "answer",
    "confidence",
    "signed_rating",
    "birads",
    "density",
    "more_answers",
    "marks",
    "rt_total_ms",
    "rt_active_ms",
    "n_revisions",
    "submitted_at",
    "sha256",
]
# Of a pair the case is the picture on the left: its being synthetic is the positive class.
POSITIVE = ("synthetic", "left")
OWN_COLUMN = ("origin", "side", "confidence", "birads", "density")
TRUTH_COLUMNS = ["truth", "source", "requested_birads", "requested_density", "view", "laterality"]


def responses_frame(study: Study) -> pd.DataFrame:
    """Return one row per final response, without truth, in order of reader code and trial.

    Raises:
        ConflictError: for a draft.
    """
    return pd.DataFrame(list(response_rows(study)), columns=COLUMNS)


def response_rows(study: Study) -> Iterator[dict[str, Any]]:
    """Yield the final responses as values by column, one by one, in order of reader code and trial.

    Raises:
        ConflictError: for a draft.
    """
    if study.state == State.DRAFT:
        raise ConflictError("A draft has no readings.")
    kept: Response | None = None
    for response in _responses(study):
        if kept is not None and kept.trial_id != response.trial_id:
            yield _row(study, kept)
        kept = response
    if kept is not None:
        yield _row(study, kept)


def unblinded_frame(study: Study) -> pd.DataFrame:
    """Return `responses_frame` with the columns of the truth.

    Raises:
        ConflictError: before the study is unblinded.
    """
    if study.state not in UNBLINDED:
        raise ConflictError("The truth is sealed until the study is closed and unblinded.")
    frame = responses_frame(study)
    truth = pd.DataFrame(truth_rows(study).values(), columns=["case_code", *TRUTH_COLUMNS])
    return frame.merge(truth, on="case_code", how="left", validate="many_to_one")[[*COLUMNS, *TRUTH_COLUMNS]]


def truth_rows(study: Study) -> dict[str, dict[str, str]]:
    """Return what is true of each case by its code, values by column.

    Raises:
        ConflictError: before the study is unblinded.
    """
    if study.state not in UNBLINDED:
        raise ConflictError("The truth is sealed until the study is closed and unblinded.")
    fields = ("source", "birads", "density", "view", "laterality")
    rows = CaseTruth.objects.filter(case__study=study).order_by("case__code")
    return {
        code: {"case_code": code, "truth": "synthetic" if synthetic else "real"}
        | dict(zip(TRUTH_COLUMNS[1:], more, strict=True))
        for code, synthetic, *more in rows.values_list("case__code", "is_synthetic", *fields)
    }


def _responses(study: Study) -> Iterator[Response]:
    """Yield every revision, those of one trial together and in order."""
    rows = Response.objects.filter(trial__participant__study=study).select_related(
        "trial__participant", "trial__case", "trial__right_case", "sitting", "protocol"
    )
    return rows.order_by("trial__participant__reader_code", "trial__index", "revision").iterator(chunk_size=500)


def _row(study: Study, response: Response) -> dict[str, Any]:
    return _place(study, response) | _said(response) | _times(response)


def _place(study: Study, response: Response) -> dict[str, Any]:
    """Return who read what, and where in the design."""
    trial = response.trial
    return {
        "study": study.slug,
        "protocol_version": response.protocol.number,
        "reader_code": trial.participant.reader_code,
        "group": trial.participant.group,
        "simulated": trial.participant.simulated,
        "sitting": response.sitting.number if response.sitting else None,
        "session": trial.session,
        "condition": trial.condition,
        "trial_index": trial.index,
        "phase": trial.phase,
        "occurrence": trial.occurrence,
        "repeat": trial.repeat_of_id is not None,
        "case_code": trial.case.code,
        "right_case_code": trial.right_case.code if trial.right_case else "",
    }


def _said(response: Response) -> dict[str, Any]:
    """Return the answers; a side stands in the place of the origin in a design of pairs."""
    answers = response.answers
    confidence = answers.get("confidence")
    said = answers.get("origin") or answers.get("side")
    more = {key: value for key, value in sorted(answers.items()) if key not in OWN_COLUMN}
    return {
        "answer": said,
        "confidence": confidence,
        "signed_rating": (1 if said in POSITIVE else -1) * confidence if confidence and said else None,
        "birads": answers.get("birads"),
        "density": answers.get("density"),
        "more_answers": json.dumps(more, ensure_ascii=False) if more else "",
        "marks": len(response.marks),
    }


def _times(response: Response) -> dict[str, Any]:
    served = response.trial.first_served_at
    waited = response.server_at - served if served else None
    return {
        "rt_total_ms": round(waited.total_seconds() * 1000) if waited is not None else None,
        "rt_active_ms": response.active_ms,
        "n_revisions": response.revision,
        "submitted_at": response.server_at.isoformat(timespec="milliseconds"),
        "sha256": response.sha256,
    }
