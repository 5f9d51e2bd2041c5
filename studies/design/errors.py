"""Errors of the pure study rooms."""

from __future__ import annotations


class DesignError(ValueError):
    """A protocol, an answer or an order that can't be.

    Args:
        message: what was got and what was expected.
        field: the question or protocol key concerned, if there is one.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        """Keep the message and the field that it is about."""
        super().__init__(message)
        self.message = message
        self.field = field


class OutsideImageError(DesignError):
    """A mark that reaches outside its image."""


class UnansweredError(DesignError):
    """A question that is asked and required, and has no answer."""


class UnknownOptionError(DesignError):
    """An answer that is none of a question's options."""
