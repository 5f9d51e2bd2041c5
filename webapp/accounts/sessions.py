"""Sessions that end: after a while without a request, and some hours after the sign-in whatever happens.

The row alone ends a session; the cookie lives as long as the longest session may. A request that changes nothing
else moves the row's time only: two requests at once can't write over what the other kept.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

BEGAN = "session_began"  # Unix time of the sign-in
MOVE_S = 60.0  # how often the end of a session in use is moved on


class SessionStore(DatabaseStore):
    """Keeps sessions in the database (`SESSION_ENGINE`), each with the moment at which it ends."""

    ends_at: datetime.datetime | None = None

    def get_expiry_date(self, **kwargs: Any) -> datetime.datetime:
        """Return when this session ends if nothing more is asked in it."""
        idle = timezone.now() + datetime.timedelta(seconds=settings.SESSION_IDLE_S)
        began = self.get(BEGAN)
        if began is None:
            return idle
        last = datetime.datetime.fromtimestamp(began + settings.SESSION_COOKIE_AGE, datetime.UTC)
        return min(idle, last)

    def move_end(self) -> None:
        """Count this request as use of a signed-in session."""
        if self.session_key is None or SESSION_KEY not in self or self.ends_at is None:
            return
        ends_at = self.get_expiry_date()
        if (ends_at - self.ends_at).total_seconds() < MOVE_S:
            return
        rows = self.model.objects.filter(session_key=self.session_key, expire_date__gt=timezone.now())
        rows.update(expire_date=ends_at)
        self.ends_at = ends_at

    def _get_session_from_db(self) -> Any:
        found = super()._get_session_from_db()  # type: ignore[misc]
        self.ends_at = found.expire_date if found is not None else None
        return found
