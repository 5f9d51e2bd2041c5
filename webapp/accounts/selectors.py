"""What is known of an account beyond its role. Writes nothing."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from webapp.accounts.models import User


@dataclass(frozen=True)
class DisplayState:
    """What the last self-check of a display says.

    Args:
        check_id: identifier of the check, to keep with a reading session; none where there was no check.
        checked_at: when it was made; none where there was no check.
        passed: whether it passed.
    """

    check_id: int | None = None
    checked_at: datetime.datetime | None = None
    passed: bool = False


def display_state(user: User, *, since: datetime.datetime | None = None) -> DisplayState:
    """Return what this person's last self-check of a display found.

    A study that asks for a check calls this before it shows its first picture and sends the reader to the page
    `viewer:display` until `passed`. An account does not tell which screen it sits at, so a study asks again for
    each session: it gives the session's beginning.

    The rows are the viewer's (`viewer.DisplayCheck`); accounts knows only that a user has them, so that rooms
    which are strangers to the viewer can ask.

    Args:
        user: the person.
        since: checks before this moment do not count; none counts all.
    """
    checks = user.display_checks.all()  # type: ignore[attr-defined]
    latest = (checks if since is None else checks.filter(checked_at__gte=since)).first()
    return DisplayState() if latest is None else DisplayState(latest.pk, latest.checked_at, latest.passed)
