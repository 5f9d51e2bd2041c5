"""The site's errors. Services raise them; only views, commands and tasks translate them."""

from __future__ import annotations


class DomainError(Exception):
    """Something a person asked for that can't be done, said in their words.

    Args:
        message: what happened and what to do next; shown to people as it is.
        field: the form field or file concerned, if there is one.
    """

    code = "invalid"
    status = 400

    def __init__(self, message: str, *, field: str | None = None) -> None:
        """Keep the message and the field that it is about."""
        super().__init__(message)
        self.message = message
        self.field = field


class NotFoundError(DomainError):
    """There is no such thing, or it is not this person's to see: both look the same from outside."""

    code = "not_found"
    status = 404


class SignedOutError(DomainError):
    """Nobody is signed in; a script can't be led to the sign-in page."""

    code = "signed_out"
    status = 401


class NotAllowedError(DomainError):
    """The person is known and may not do this."""

    code = "not_allowed"
    status = 403


class ConflictError(DomainError):
    """The thing changed, or is in a state in which this can't be done."""

    code = "conflict"
    status = 409


class StorageError(DomainError):
    """The site's own disk or store refuses; the person did nothing wrong, and an administrator must act."""

    code = "storage"
    status = 507


class QuotaError(DomainError):
    """The person has had their share for now.

    Args:
        message: which share, and when to come back.
        retry_after_s: seconds until asking again makes sense, for programs; 0 says nothing.
    """

    code = "quota"
    status = 429

    def __init__(self, message: str, *, field: str | None = None, retry_after_s: int = 0) -> None:
        """Keep the message and when to come back."""
        super().__init__(message, field=field)
        self.retry_after_s = retry_after_s


class BusyError(QuotaError):
    """The site has more to do than it can do soon; nobody's share is to blame."""

    code = "busy"
    status = 503
