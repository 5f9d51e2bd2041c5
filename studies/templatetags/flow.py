"""Looks at what a form sent, so that a refused page comes back as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import template

register = template.Library()


@register.filter
def has_value(sent: Mapping[str, Sequence[str]], key: str) -> Sequence[str]:
    """Return what was sent under a name."""
    return sent.get(str(key), [])


@register.filter
def first_of(sent: Mapping[str, Sequence[str]], key: str) -> str:
    """Return the first text that was sent under a name, or nothing."""
    return next(iter(sent.get(str(key), [])), "")


@register.filter
def contains(values: Sequence[str], value: object) -> bool:
    """Tell whether a value is among those sent."""
    return str(value) in values
