"""Tells the page how far a drawing is, and the drawing whether to go on.

Events are hints, at most five a second, and may be lost; the row is the truth. A lost channel layer
never disturbs the drawing.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from webapp.generation.models import GenerationRequest, Stage, State
from webapp.generation.services.attempts import NOTHING_SPENT, AttemptEndedError, Spent, attempt_report

logger = logging.getLogger(__name__)

EVENT_INTERVAL_S = 0.2
ROW_INTERVAL_S = 1.0
SEND_TIMEOUT_S = 1.0
PACE_KNOWN_PATCHES = 3  # the first ones say little about the rest


def group_name(token: str) -> str:
    """Return the channel group of those who watch a request."""
    return f"generation.{token}"


def publish(token: str, message: dict[str, Any]) -> None:
    """Send a message to those who watch a request; a failure is logged and otherwise ignored."""

    async def send() -> None:
        layer = get_channel_layer()
        if layer is not None:
            await asyncio.wait_for(layer.group_send(group_name(token), message), SEND_TIMEOUT_S)

    try:
        async_to_sync(send)()
    except Exception as error:  # whatever a lost broker raises, the drawing goes on
        logger.warning("an event was not sent: %r", error)


def publish_change(token: str) -> None:
    """Say that the row changed; watchers are sent its present state."""
    publish(token, {"type": "request.changed"})


def remaining_seconds(
    *, stage: str, done: int, total: int, stage_elapsed_s: float, elapsed_s: float, typical_s: float | None
) -> float | None:
    """Return about how many seconds are left.

    In the last stage the stage's own pace decides. Before it, the number of patches still to come is
    unknown (the background is skipped), so earlier drawings of the same kind decide.
    """
    if stage == Stage.PATCH and done >= max(PACE_KNOWN_PATCHES, total / 20):
        return round(stage_elapsed_s / done * (total - done), 1)
    if typical_s is not None:
        return round(max(typical_s - elapsed_s, 1.0), 1)
    return None


class Reporter:
    """Follows one attempt: throttles events and row writes, and remembers whether to stop."""

    def __init__(
        self,
        attempt: GenerationRequest,
        *,
        typical_s: float | None,
        clock: Callable[[], float] = time.monotonic,
        send: Callable[[str, dict[str, Any]], None] = publish,
        meter: Callable[[], Spent] = lambda: NOTHING_SPENT,
    ) -> None:
        """Start the clock of the attempt; `meter` tells what it cost since it was last asked."""
        self.attempt = attempt
        self.ended = False
        self._typical_s, self._clock, self._send, self._meter = typical_s, clock, send, meter
        self._began = self._stage_began = clock()
        self._stage, self._done, self._total = "", 0, 0
        self._event_at = self._row_at = float("-inf")

    def progress(self, stage: str, done: int, total: int) -> None:
        """Note that `done` of `total` patches of the stage are drawn."""
        if stage != self._stage:
            self._stage_began = self._clock()
            self._event_at = float("-inf")
        self._stage, self._done, self._total = stage, done, total
        if self._clock() - self._event_at >= EVENT_INTERVAL_S or done == total:
            self._event_at = self._clock()
            self._send(self.attempt.token, {"type": "request.progress", "fields": self._fields()})

    def should_stop(self) -> bool:
        """Write the row once a second, and tell whether this attempt has lost it or is to be cancelled."""
        if not self.ended and self._clock() - self._row_at >= ROW_INTERVAL_S:
            self.report()
        return self.ended

    def report(self) -> None:
        """Write the row now and extend the lease."""
        self._row_at = self._clock()
        try:
            attempt_report(
                self.attempt,
                stage=self._stage,
                done=self._done,
                total=self._total,
                remaining_s=self._remaining(),
                spent=self._meter(),
            )
        except AttemptEndedError:
            self.ended = True

    def _remaining(self) -> float | None:
        now = self._clock()
        return remaining_seconds(
            stage=self._stage,
            done=self._done,
            total=self._total,
            stage_elapsed_s=now - self._stage_began,
            elapsed_s=now - self._began,
            typical_s=self._typical_s,
        )

    def _fields(self) -> dict[str, Any]:
        return {
            "state": State.RUNNING.value,
            "stateName": State.RUNNING.label,
            "stage": self._stage,
            "done": self._done,
            "total": self._total,
            "remainingS": self._remaining(),
            "elapsedS": round(self._clock() - self._began, 1),
        }
