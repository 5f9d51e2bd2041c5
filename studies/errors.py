"""What can go wrong in a study, said so that a reader or an admin can act on it."""

from __future__ import annotations

from typing import Any

from webapp.core.errors import ConflictError, DomainError


class AnswerError(DomainError):
    """An answer that the protocol does not allow; the field names the question."""

    code = "answer"
    status = 422


class OutsideImageAnswerError(AnswerError):
    """A mark that reaches outside its image: no reader's hand made it."""

    code = "mark_outside_image"


class MissingAnswerError(AnswerError):
    """A required question without an answer."""

    code = "answer_missing"


class UnknownAnswerError(AnswerError):
    """An answer that is none of the question's options."""

    code = "answer_unknown"


class ClockError(AnswerError):
    """A time that no clock of a computer shows."""

    code = "clock"


class TooLargeError(DomainError):
    """A body beyond any honest answer."""

    code = "too_large"
    status = 413


class NotOpenError(ConflictError):
    """The study takes no answers now."""

    code = "not_open"


class NotCurrentError(ConflictError):
    """An answer to a case that is not the reader's present one."""

    code = "not_current"


class AlreadyAnsweredError(ConflictError):
    """The case has an answer, under another identifier."""

    code = "already_answered"


class DifferentBodyError(ConflictError):
    """The identifier is known with another content."""

    code = "different_body"


class StepOwedError(ConflictError):
    """A step of the flow comes before the next case."""

    code = "step_owed"


class StepTakenError(ConflictError):
    """A step of the flow was taken before, with another content."""

    code = "step_taken"


class WashoutError(ConflictError):
    """The next session may not begin yet."""

    code = "washout"


class WithdrawnError(ConflictError):
    """The reader has left the study."""

    code = "withdrawn"


class OtherDeviceError(ConflictError):
    """Another device reads; it may be taken over."""

    code = "other_device"


class TakenOverError(ConflictError):
    """Another device has taken over."""

    code = "taken_over"


class DraftConflictError(ConflictError):
    """Another window saved a draft meanwhile.

    Args:
        message: in words.
        version: of what is stored.
        body: what is stored.
    """

    code = "draft_conflict"
    status = 412

    def __init__(self, message: str, *, version: int, body: dict[str, Any]) -> None:
        """Keep what is stored, so that its reader can be shown it."""
        super().__init__(message)
        self.version = version
        self.body = body


class VersionMissingError(DomainError):
    """A draft without the version that it follows."""

    code = "version_missing"
    status = 428


class NotReadyError(ConflictError):
    """The study can't be locked yet; the message carries the reasons."""

    code = "not_ready"


class SignatureError(DomainError):
    """A signature that does not hold: wrong password, or given for another act."""

    code = "signature"
    status = 422


class LeakError(ConflictError):
    """The study can't open: something but the breast tells the arms apart."""

    code = "leak"
