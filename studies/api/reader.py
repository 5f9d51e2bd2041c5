"""What a reader's browser asks for. Every field is listed here by hand: nothing passes through by default."""

from __future__ import annotations

import uuid
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from studies.api.bodies import device_of, events_of, json_object, submission_of, version_of
from studies.errors import DraftConflictError, NotOpenError, StepOwedError, VersionMissingError, WithdrawnError
from studies.models.case import Phase
from studies.models.study import State
from studies.models.trial import Trial
from studies.selectors.flow import TITLES, display_note, step_owed
from studies.selectors.trials import (
    case_picture,
    draft_of,
    not_open_words,
    participant_get,
    protocol_of,
    trial_get,
    trial_picture,
    trial_present,
    washout_check,
)
from studies.services.drafts import draft_save
from studies.services.interactions import interactions_add
from studies.services.responses import response_submit, trial_serve
from studies.services.sittings import presentation_begin, sitting_check, sitting_open
from webapp.core.http import error_body
from webapp.imaging.models import Image
from webapp.imaging.selectors import image_manifest
from webapp.imaging.services import tiles_grant

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
        sitting = sitting_check(person, request.headers.get("X-Sitting", "")[:22])
        trial_serve(present.trial)
        if sitting is not None:
            presentation_begin(present.trial, sitting)
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
                "draft": draft_of(present.trial),
                "questions": protocol["questions"],
                "studyTitle": person.study.title,
                "readerCode": person.reader_code,
            }
        )


class ResponseItem(APIView):
    """PUT: one answer under the browser's own identifier."""

    def put(self, request: Request, response_id: uuid.UUID) -> Response:
        """Return 201 for a new answer, 200 for the same again; 409 and 422 say what is wrong."""
        receipt = response_submit(request.user, submission_of(request, response_id))
        body = {"sha256": receipt.sha256, "done": receipt.done, "count": receipt.count}
        return Response(body, status=201 if receipt.created else 200)


class Sittings(APIView):
    """POST: begin to read on this device."""

    def post(self, request: Request, participant: str) -> Response:
        """Return 201 with the sitting's token, to be sent as `X-Sitting`; 409 while another device reads."""
        person = participant_get(participant, request.user)
        device = device_of(request)
        sitting = sitting_open(person, device, take_over=request.data.get("take_over") is True)
        body = {"sitting": sitting.token, "number": sitting.number, "clockOffsetMs": sitting.clock_offset_ms}
        return Response(body, status=201)


class DraftItem(APIView):
    """PUT: what is not sent yet, over the version that this window knows."""

    def put(self, request: Request, trial: str) -> Response:
        """Return 200 with the new version; 412 with what another window saved; 428 without `If-Match`."""
        mine = trial_get(trial, request.user)
        version = version_of(request)
        if version is None:
            raise VersionMissingError('Send the version that this draft follows as If-Match, "0" for the first.')
        try:
            version = draft_save(mine, json_object(request), version=version)
        except DraftConflictError as error:
            return Response(
                error_body(error) | {"version": error.version, "draft": error.body}, status=error.status
            )
        return Response({"version": version}, headers={"ETag": f'"{version}"'})


class Interactions(APIView):
    """POST: a batch of what the reader did with the picture."""

    def post(self, request: Request, trial: str) -> Response:
        """Return 201 with how many events of this batch are stored; the same batch again changes nothing."""
        mine = trial_get(trial, request.user)
        batch, events = events_of(request)
        return Response({"stored": interactions_add(mine, batch, events)}, status=201)


def _pictures(request: Request, trial: Trial) -> dict[str, Any]:
    """Return the manifest of the picture, of a pair the left one, and of the right one or nothing."""
    right = trial.right_case
    return {
        "image": _manifest(request, trial, trial_picture(trial)),
        "right": _manifest(request, trial, case_picture(right)) if right else None,
    }


def _manifest(request: Request, trial: Trial, image: Image) -> dict[str, Any]:
    # A name for each trial: a hidden repeat would be known by the address of its first showing.
    full = image_manifest(image, tiles_grant(request._request, image, purpose=trial.token))
    # One shape and one set of values for all cases: what is not listed can't tell them apart. A spacing or a
    # preset that only some pictures have could.
    return {key: full[key] for key in MANIFEST_KEYS} | {"presets": [], "spacingMm": None, "spacingKind": ""}
