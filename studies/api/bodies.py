"""Reads what a reader's browser sends: typed, bounded, and named where it is wrong."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import ParseError
from rest_framework.request import Request

from studies.errors import AnswerError, ClockError, TooLargeError
from studies.services.interactions import Event
from studies.services.responses import Submission
from studies.services.sittings import Device

BODY_MOST_BYTES = 64 * 1024
ACTIVE_MOST_MS = 24 * 60 * 60 * 1000
# A wrong clock is accepted, since server time is kept beside it; an empty battery shows 1970 or 2000.
CLOCK_FIRST, CLOCK_LAST = 1970, 2099


def json_object(request: Request) -> dict[str, Any]:
    """Return the body.

    Raises:
        TooLargeError: for one beyond any honest answer.
        ParseError: for anything but a JSON object.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > BODY_MOST_BYTES:
        raise TooLargeError(f"An answer may have {BODY_MOST_BYTES // 1024} KiB; this one is larger.")
    if not isinstance(request.data, dict):
        raise ParseError("Expected a JSON object.")
    return request.data


def submission_of(request: Request, response_id: uuid.UUID) -> Submission:
    """Return an answer.

    Raises:
        AnswerError: naming the field that is missing or of another type.
    """
    data = json_object(request)
    return Submission(
        id=response_id,
        trial_token=_typed(data, "trial", str),
        revision=_typed(data, "revision", int),
        answers=_typed(data, "answers", dict),
        marks=_typed(data, "marks", list),
        client_at=_time(_typed(data, "client_at", str)),
        active_ms=_between(_typed(data, "active_ms", int), "active_ms", ACTIVE_MOST_MS),
        sitting=request.headers.get("X-Sitting", "")[:22],
    )


def device_of(request: Request) -> Device:
    """Return what a browser says of itself.

    Raises:
        AnswerError: naming the field.
    """
    data = json_object(request)
    screen = data.get("screen", {})
    numbers = (
        {key: value for key, value in screen.items() if isinstance(value, int | float)}
        if isinstance(screen, dict)
        else {}
    )
    return Device(_time(_typed(data, "client_at", str)), request.headers.get("User-Agent", ""), numbers)


def events_of(request: Request) -> tuple[uuid.UUID, list[Event]]:
    """Return a batch of interactions with its identifier.

    Raises:
        AnswerError: naming the field.
    """
    data = json_object(request)
    try:
        batch = uuid.UUID(_typed(data, "batch", str))
    except ValueError as error:
        raise AnswerError("batch: expected a UUID.", field="batch") from error
    events = []
    for one in _typed(data, "events", list):
        if not isinstance(one, dict):
            raise AnswerError("events: expected objects.", field="events")
        seq = _between(_typed(one, "seq", int), "seq", 1_000_000)
        t_ms = _between(_typed(one, "t", int), "t", ACTIVE_MOST_MS)
        events.append(Event(seq, t_ms, _typed(one, "kind", str), _typed(one, "data", dict)))
    return batch, events


def version_of(request: Request) -> int | None:
    """Return the version of `If-Match: "n"`, or none where the header is missing or no number."""
    text = request.headers.get("If-Match", "").strip().strip('"')
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


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
    if not CLOCK_FIRST <= parsed.year <= CLOCK_LAST:
        raise ClockError(
            f"client_at: got the year {parsed.year}, expected {CLOCK_FIRST} to {CLOCK_LAST}.",
            field="client_at",
        )
    return parsed


def _between(value: int, key: str, most: int) -> int:
    if not 0 <= value <= most:
        raise AnswerError(f"{key}: got {value}, expected 0 to {most}.", field=key)
    return value
