"""What a reader's browser asks for. Every field is listed here by hand: nothing passes through by default."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from studies.errors import AnswerError, NotOpenError, StepOwedError, TooLargeError, WithdrawnError
from studies.models.case import Phase
from studies.models.study import State
from studies.models.trial import Trial
from studies.selectors.flow import TITLES, display_note, step_owed
from studies.selectors.trials import (
    case_picture,
    not_open_words,
    participant_get,
    protocol_of,
    trial_picture,
    trial_present,
    washout_check,
)
from studies.services.responses import Submission, response_submit, trial_serve
from webapp.imaging.models import Image
from webapp.imaging.selectors import image_manifest
from webapp.imaging.services import tiles_grant

BODY_MOST_BYTES = 64 * 1024
ACTIVE_MOST_MS = 24 * 60 * 60 * 1000
MANIFEST_KEYS = ("tiles", "width", "height", "tileSize", "overlap", "minLevel", "maxLevel", "bits", "window")


class NextTrial(APIView):
    """GET: the reader's present case. The server alone decides which that is."""

    def get(self, request: Request, participant: str) -> Response:
        """Return the present case and the manifest of the one after it, or 204 when all are answered."""
        person = participant_get(participant, request.user)
        if person.withdrawn_at is not None:
            raise WithdrawnError("You have left this study. Nothing more is asked of you.")
        present = trial_present(person)
        if present.count and present.trial is None:
            return Response(status=204)
        if present.trial is None or person.study.state != State.OPEN:
            raise NotOpenError(f"{not_open_words(person.study)} Your answers are kept.")
        protocol = protocol_of(person).body
        owed = step_owed(person, display_note(request.session), protocol.get("flow", {}))
        if owed is not None:
            raise StepOwedError(f"Before the next case: {TITLES[owed].lower()}. Load this page again.")
        washout_check(present.trial, protocol["design"])
        trial_serve(present.trial)
        return Response(
            {
                "token": present.trial.token,
                "index": present.trial.index,
                # A check looks like any other case.
                "training": present.trial.phase == Phase.TRAIN,
                "condition": present.trial.condition,
                "breakEvery": protocol.get("reading", {}).get("break_every", 0),
                "require": protocol.get("reading", {}).get("require", ""),
                "count": present.count,
                "acknowledged": person.done,
                **_pictures(request, present.trial),
                "upcoming": _pictures(request, present.upcoming)["image"] if present.upcoming else None,
                "questions": protocol["questions"],
                "studyTitle": person.study.title,
                "readerCode": person.reader_code,
            }
        )


class ResponseItem(APIView):
    """PUT: one answer under the browser's own identifier."""

    def put(self, request: Request, response_id: uuid.UUID) -> Response:
        """Return 201 for a new answer, 200 for the same again; 409 and 422 say what is wrong."""
        receipt = response_submit(request.user, _submission(request, response_id))
        body = {"sha256": receipt.sha256, "done": receipt.done, "count": receipt.count}
        return Response(body, status=201 if receipt.created else 200)


def _pictures(request: Request, trial: Trial) -> dict[str, Any]:
    """Return the manifest of the picture, of a pair the left one, and of the right one or nothing."""
    right = trial.right_case
    return {
        "image": _manifest(request, trial_picture(trial)),
        "right": _manifest(request, case_picture(right)) if right else None,
    }


def _manifest(request: Request, image: Image) -> dict[str, Any]:
    full = image_manifest(image, tiles_grant(request._request, image))
    # One shape and one set of values for all cases: what is not listed can't tell them apart. A spacing or a
    # preset that only some pictures have could.
    return {key: full[key] for key in MANIFEST_KEYS} | {"presets": [], "spacingMm": None, "spacingKind": ""}


def _submission(request: Request, response_id: uuid.UUID) -> Submission:
    if int(request.META.get("CONTENT_LENGTH") or 0) > BODY_MOST_BYTES:
        raise TooLargeError(f"An answer may have {BODY_MOST_BYTES // 1024} KiB; this one is larger.")
    data = request.data
    if not isinstance(data, dict):
        raise ParseError("Expected a JSON object.")
    return Submission(
        id=response_id,
        trial_token=_typed(data, "trial", str),
        revision=_typed(data, "revision", int),
        answers=_typed(data, "answers", dict),
        marks=_typed(data, "marks", list),
        client_at=_time(_typed(data, "client_at", str)),
        active_ms=_duration(_typed(data, "active_ms", int)),
    )


def _typed(data: dict[str, Any], key: str, kind: type) -> Any:
    value = data.get(key)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise AnswerError(f"{key}: expected {kind.__name__}, got {type(value).__name__}.", field=key)
    return value


def _time(text: str) -> datetime.datetime:
    try:
        parsed = parse_datetime(text)
    except ValueError:
        parsed = None
    if parsed is None or parsed.tzinfo is None:
        raise AnswerError("client_at: expected a date and time with its zone, as in ISO 8601.", field="client_at")
    return parsed


def _duration(value: int) -> int:
    if not 0 <= value <= ACTIVE_MOST_MS:
        raise AnswerError(f"active_ms: got {value}, expected 0 to {ACTIVE_MOST_MS}.", field="active_ms")
    return value
