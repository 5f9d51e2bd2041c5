"""A part of a report that may not exist, with the reason why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from studies.statistics.errors import StatisticsError

T = TypeVar("T")


@dataclass(frozen=True)
class Section(Generic[T]):
    """A result, or the reason in words why there is none."""

    value: T | None
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the result's own fields, or the reason."""
        if self.value is None:
            return {"missing": self.reason}
        value: Any = self.value
        if isinstance(value, tuple):
            return {"items": [item.to_dict() for item in value]}
        found: dict[str, Any] = value.to_dict()
        return found


def attempted(call: Callable[[], T]) -> Section[T]:
    """Return what the call returns; a refused table becomes the reason."""
    try:
        return Section(call())
    except StatisticsError as error:
        return Section(None, error.message)


def absent(reason: str) -> Section[Any]:
    """Return a section that nobody asked for, or that the readings have no column for."""
    return Section(None, reason)
