"""Keeps what a reader did with a picture: zoom, window, quadrants, dwell. Can't reach the truth."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from studies.errors import AnswerError, NotCurrentError, TooLargeError
from studies.models.reading import Interaction
from studies.models.trial import Trial

KINDS = frozenset({"zoom", "pan", "window", "invert", "quadrant", "tool", "shown", "hidden", "one_to_one"})
BATCH_MOST = 200
TRIAL_MOST = 5000


@dataclass(frozen=True)
class Event:
    """One interaction: its place in the batch, milliseconds since the case came up, what, and its numbers."""

    seq: int
    t_ms: int
    kind: str
    data: dict[str, Any]


def interactions_add(trial: Trial, batch: uuid.UUID, events: Sequence[Event]) -> int:
    """Store a batch; what is there already is left as it is. Returns how many of the batch are stored.

    Raises:
        NotCurrentError: for a case that was never shown.
        AnswerError: for an unknown kind.
        TooLargeError: for a batch or a case beyond what a hand can do.
    """
    if trial.first_served_at is None:
        raise NotCurrentError("This case was not shown yet.")
    if len(events) > BATCH_MOST:
        raise TooLargeError(f"A batch may have {BATCH_MOST} events; this one has {len(events)}.")
    unknown = sorted({event.kind for event in events} - KINDS)
    if unknown:
        raise AnswerError(
            f"kind: got {unknown[0][:20]!r}, expected one of {', '.join(sorted(KINDS))}", field="kind"
        )
    if Interaction.objects.filter(trial=trial).count() + len(events) > TRIAL_MOST:
        raise TooLargeError(f"A case may have {TRIAL_MOST} events; they are full.")
    rows = [
        Interaction(trial=trial, batch=batch, seq=one.seq, t_ms=one.t_ms, kind=one.kind, data=one.data)
        for one in events
    ]
    Interaction.objects.bulk_create(rows, ignore_conflicts=True)
    return Interaction.objects.filter(trial=trial, batch=batch).count()
