"""Keeps what a person found when they checked their display."""

from __future__ import annotations

from typing import Any

from webapp.core.errors import DomainError
from webapp.viewer.display_result import checked_result, result_passed
from webapp.viewer.models import DisplayCheck


def display_check_add(user: Any, body: Any) -> DisplayCheck:
    """Keep a self-check of a display under this person's account.

    Raises:
        DomainError: when the browser sent something else than a result; the message names the field.
    """
    try:
        result = checked_result(body)
    except ValueError as error:
        raise DomainError(f"The check was not kept: {error}.") from error
    return DisplayCheck.objects.create(user=user, passed=result_passed(result), result=result)
