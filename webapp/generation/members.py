"""One of several requests that are drawn in lockstep: its own lease, progress, cancel, checkpoint and end.

What goes wrong with one, a full disk or a lost row, ends that one alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import DatabaseError

from webapp.core.errors import DomainError
from webapp.generation import engine
from webapp.generation.checkpoints import checkpoint_forget, checkpoint_keep, checkpoint_path
from webapp.generation.growth import Growth
from webapp.generation.models import GenerationRequest
from webapp.generation.pictures import picture_store, request_parameters
from webapp.generation.progress import Reporter, publish_change
from webapp.generation.selectors import typical_duration_s
from webapp.generation.services.attempts import (
    AttemptEndedError,
    attempt_cancel,
    attempt_finish,
    attempt_keep_preview,
)
from webapp.generation.spending import Meter

ITS_OWN = (AttemptEndedError, DomainError, DatabaseError, OSError)


class Member:
    """Follows one claimed request through a drawing that it may share."""

    def __init__(self, attempt: GenerationRequest, *, shared_by: int) -> None:
        """Begin; the cost is shared by so many."""
        self.attempt = attempt
        meter = Meter(on_card=engine.on_card(), shared_by=shared_by)
        self._reporter = Reporter(attempt, typical_s=typical_duration_s(attempt), meter=meter)
        self._growth = Growth(attempt, told=lambda: publish_change(attempt.token))
        self._error: Exception | None = None
        self._told_end = False

    def part(self) -> engine.Part:
        """Return what the engine is to draw, and whom it tells."""
        observer = engine.Observer(
            self._guarded(self._reporter.progress),
            self._guarded(self._show),
            self._should_stop,
            self._guarded(self._growth.region),
            checkpoint_path(self.attempt),
            checkpoint_keep,
        )
        return engine.Part(request_parameters(self.attempt), observer)

    def hold(self) -> None:
        """Extend the lease while others are stored."""
        self._guarded(self._reporter.report)()

    def end(self, picture: engine.Picture | None, failed: Exception | None) -> None:
        """Store the picture, or raise what kept it from being drawn.

        Raises:
            AttemptEndedError: the row is lost or to be cancelled.
            Exception: what went wrong with this one, or with all.
        """
        try:
            error = self._error or failed
            if error is not None:
                raise error
            self._reporter.report()
            if picture is None or self._reporter.ended:
                raise AttemptEndedError
            attempt_finish(self.attempt, picture_store(self.attempt, picture, "patch"))
        finally:
            self._growth.forget()
        checkpoint_forget(self.attempt)

    def _show(self, stage: str, picture: engine.Picture) -> None:
        self._reporter.report()  # watchers are about to read the row: let it not lie behind the events
        attempt_keep_preview(self.attempt, stage, picture_store(self.attempt, picture, stage))
        publish_change(self.attempt.token)
        self._growth.show(picture)

    def _should_stop(self) -> bool:
        try:
            ended = self._error is not None or self._reporter.should_stop()
        except DatabaseError as error:
            self._error, ended = error, True
        if ended and self._error is None and not self._told_end:
            self._told_end = True  # the others go on, but this person is told now
            attempt_cancel(self.attempt)
            publish_change(self.attempt.token)
        return ended

    def _guarded(self, call: Callable[..., None]) -> Callable[..., None]:
        def guarded(*arguments: Any) -> None:
            if self._error is None:
                try:
                    call(*arguments)
                except ITS_OWN as error:
                    self._error = error

        return guarded
