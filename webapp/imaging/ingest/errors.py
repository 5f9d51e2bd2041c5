"""Why a file is not taken."""

from __future__ import annotations


class IngestError(ValueError):
    """A file that is not added, said in the words of the person who brought it.

    Args:
        name: the file's name as that person knows it.
        reason: what is wrong with it, without a final stop.
        advice: what to do next, a sentence of its own.
    """

    def __init__(self, name: str, reason: str, advice: str = "") -> None:
        self.name = name
        self.reason = reason
        self.advice = advice
        super().__init__(f"{name} was not added: {reason}.{' ' + advice if advice else ''}")
