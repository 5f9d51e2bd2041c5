"""Readings joined with the truth, as a table for the statistics. Only an unblinded study gives one."""

from __future__ import annotations

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
    "trial_index",
    "phase",
    "case_code",
    "answer",
    "confidence",
    "signed_rating",
    "birads",
    "density",
    "marks",
    "rt_active_ms",
    "n_revisions",
    "submitted_at",
    "sha256",
]
TRUTH_COLUMNS = ["truth", "source", "requested_birads", "requested_density", "view", "laterality"]


def responses_frame(study: Study) -> pd.DataFrame:
    """Return one row per final response, without truth, in order of reader code and trial.

    Raises:
        ConflictError: while the study still runs.
    """
    if study.state not in ENDED:
        raise ConflictError("Readings can be taken out once the study is closed.")
    return pd.DataFrame([_row(study, response) for response in _final(study)], columns=COLUMNS)


def unblinded_frame(study: Study) -> pd.DataFrame:
    """Return `responses_frame` with the columns of the truth.

    Raises:
        ConflictError: before the study is unblinded.
    """
    if study.state not in UNBLINDED:
        raise ConflictError("The truth is sealed until the study is closed and unblinded.")
    frame = responses_frame(study)
    rows = CaseTruth.objects.filter(case__study=study).order_by("case__code")
    fields = rows.values_list("case__code", "is_synthetic", "source", "birads", "density", "view", "laterality")
    truth = pd.DataFrame(list(fields), columns=["case_code", "is_synthetic", *TRUTH_COLUMNS[1:]])
    truth["truth"] = truth.pop("is_synthetic").map({True: "synthetic", False: "real"})
    return frame.merge(truth, on="case_code", how="left", validate="many_to_one")[[*COLUMNS, *TRUTH_COLUMNS]]


def _final(study: Study) -> list[Response]:
    """Return the highest revision of each trial."""
    rows = (
        Response.objects.filter(trial__participant__study=study)
        .select_related("trial__participant", "trial__case", "protocol")
        .order_by("trial__participant__reader_code", "trial__index", "revision")
    )
    return list({response.trial_id: response for response in rows}.values())


def _row(study: Study, response: Response) -> dict[str, Any]:
    trial, answers = response.trial, response.answers
    confidence = answers.get("confidence")
    sign = 1 if answers.get("origin") == "synthetic" else -1
    return {
        "study": study.slug,
        "protocol_version": response.protocol.number,
        "reader_code": trial.participant.reader_code,
        "trial_index": trial.index,
        "phase": trial.phase,
        "case_code": trial.case.code,
        "answer": answers.get("origin"),
        "confidence": confidence,
        "signed_rating": sign * confidence if confidence else None,
        "birads": answers.get("birads"),
        "density": answers.get("density"),
        "marks": len(response.marks),
        "rt_active_ms": response.active_ms,
        "n_revisions": response.revision,
        "submitted_at": response.server_at.isoformat(timespec="milliseconds"),
        "sha256": response.sha256,
    }
